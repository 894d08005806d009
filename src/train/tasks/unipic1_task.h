#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "data/source.h"
#include "models/unipic1/loss.h"
#include "models/unipic1/pipeline.h"
#include "models/unipic1/trainable.h"
#include "models/unipic1/training_draws.h"
#include "ops/low_rank.h"
#include "train/sources.h"
#include "train/task.h"
#include "train/tasks/unipic1_settings.h"

namespace unipic::train {

// Trains UniPic 1 on its three losses: its weights, or changes of low rank to them.
class UniPic1Task : public Task {
 public:
  // Starts from the weights of `checkpoint`. `held_out` gives captions and pictures that no
  // training source has; null for none. Throws `UsageError` if a mix names no source or LoRA no
  // layer.
  UniPic1Task(unipic1::Checkpoint checkpoint, UniPic1Settings settings, const Sources& sources,
              std::shared_ptr<const data::Source> held_out, uint64_t seed,
              const TaskResources& resources = {});

  std::vector<optim::ParameterGroup> parameter_groups(double weight_decay) override;
  int64_t micro_batches() const override { return batches_->a_step(); }
  MicroBatchLoss compute(const BatchPosition& position) override;
  Figures evaluate() override;
  std::optional<Image> show() override;
  // With LoRA, the merged model, and the adapter in the folder "lora" beside it.
  void write_model(const std::filesystem::path& folder) override;

 private:
  data::Preparation preparation_of(const Mix& mix) const;

  unipic1::TextBatch texts(const std::vector<unipic1::TrainingText>& texts) const;
  // The latent tokens of pictures that are brought to the size of `grid`.
  torch::Tensor tokens_of(const std::vector<const Image*>& images, const unipic1::Grid& grid) const;
  unipic1::Grid grid() const { return pipeline_.model()->grid_of(settings_.size, settings_.size); }
  // The grid of a batch, whose pictures have one size.
  unipic1::Grid grid_of(const std::vector<data::Sample>& samples) const;
  int64_t num_image_tokens(const unipic1::Grid& grid) const;

  unipic1::DrawingDraws draws_of(const DrawRange& range, size_t num_pictures,
                                 const unipic1::Grid& grid) const;
  MicroBatchLoss draw_loss(const std::vector<data::Sample>& samples, const DrawRange& range);
  // `loss` is image2text, vision2text or text.
  MicroBatchLoss answer_loss(const std::vector<data::Sample>& samples, std::string_view loss);
  torch::Tensor seen_by_tower(const std::vector<const Image*>& images) const;
  MicroBatchLoss edit_loss(const std::vector<data::Sample>& samples, const DrawRange& range);
  MicroBatchLoss drawing_result(const unipic1::DrawingLoss& loss, const unipic1::TextBatch& texts,
                                std::string name) const;

  unipic1::Checkpoint checkpoint_;
  unipic1::Pipeline pipeline_;
  UniPic1Settings settings_;
  std::optional<MixedBatches> batches_;
  std::shared_ptr<const data::Source> held_out_;
  uint64_t seed_;
  ops::LowRankChanges lora_;
  unipic1::MeanProbe mean_probe_ = nullptr;
};

}  // namespace unipic::train
