#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "data/source.h"
#include "models/unipic1/pipeline.h"
#include "models/unipic1/trainable.h"
#include "models/unipic1/training_draws.h"
#include "train/sources.h"
#include "train/task.h"
#include "train/tasks/unipic1_settings.h"

namespace unipic::train {

// Trains UniPic 1 on its three losses.
class UniPic1Task : public Task {
 public:
  // Starts from the weights of `checkpoint`. `held_out` gives captions and pictures that no
  // training source has; null for none. Throws `UsageError` if a mix names no source.
  UniPic1Task(unipic1::Checkpoint checkpoint, UniPic1Settings settings, Sources sources,
              std::shared_ptr<const data::Source> held_out, uint64_t seed);

  std::vector<optim::ParameterGroup> parameter_groups(double weight_decay) override;
  int64_t micro_batches() const override;
  MicroBatchLoss compute(const BatchPosition& position) override;
  Figures evaluate() override;
  std::optional<Image> show() override;
  void write_model(const std::filesystem::path& folder) override;

 private:
  struct Part {
    const UniPic1Mix* mix;
    int64_t repeat;  // which of the mix's micro-batches
  };
  Part part_of(int64_t micro_batch) const;

  unipic1::TextBatch texts(const std::vector<unipic1::TrainingText>& texts) const;
  torch::Tensor tokens_of(const std::vector<const Image*>& images) const;
  unipic1::Grid grid() const { return pipeline_.model()->grid_of(settings_.size, settings_.size); }
  int64_t num_image_tokens() const;

  // Which random numbers a micro-batch takes: those of the pictures of `draw` from `first` on.
  struct DrawRange {
    uint64_t draw;
    int64_t first;
  };
  unipic1::DrawingDraws draws_of(const DrawRange& range, size_t num_pictures) const;
  MicroBatchLoss draw_loss(const std::vector<data::Sample>& samples, const DrawRange& range);
  MicroBatchLoss answer_loss(const std::vector<data::Sample>& samples, bool with_pictures);
  MicroBatchLoss edit_loss(const std::vector<data::Sample>& samples, const DrawRange& range);

  unipic1::Checkpoint checkpoint_;
  unipic1::Pipeline pipeline_;
  UniPic1Settings settings_;
  Sources sources_;
  std::shared_ptr<const data::Source> held_out_;
  uint64_t seed_;
};

}  // namespace unipic::train
