#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "data/source.h"
#include "models/unipic2/trainable.h"
#include "models/unipic2/training_draws.h"
#include "ops/low_rank.h"
#include "train/sources.h"
#include "train/task.h"
#include "train/tasks/mix.h"
#include "train/tasks/unipic2_settings.h"

// B pictures, C latent channels, H height and W width in latents.

namespace unipic::train {

// Trains UniPic 2 by flow matching, to draw and to edit: weights of the parts that the settings
// name, or changes of low rank to the transformer's.
class UniPic2Task : public Task {
 public:
  // `held_out` gives captions and pictures that no training source has; null for none. Throws
  // `UsageError` if a part, a mix's source or LoRA's layers are not there.
  UniPic2Task(unipic2::TrainableModel model, UniPic2Settings settings, const Sources& sources,
              std::shared_ptr<const data::Source> held_out, uint64_t seed,
              const TaskResources& resources = {});

  std::vector<optim::ParameterGroup> parameter_groups(double weight_decay) override;
  int64_t micro_batches() const override { return batches_->a_step(); }
  MicroBatchLoss compute(const BatchPosition& position) override;
  // The loss under true, exchanged and no captions, at noise levels of the whole schedule.
  Figures evaluate() override;
  std::optional<Image> show() override;
  // With LoRA, the merged model, and the adapter in the folder "lora" beside it.
  void write_model(const std::filesystem::path& folder) override;

 private:
  // Pictures of one size with what is said of them, to draw or to make of others.
  struct Pairs {
    std::vector<std::string> texts;
    std::vector<const Image*> targets;
    std::vector<const Image*> sources;  // none to draw
  };
  Pairs pairs_of(const std::vector<data::Sample>& samples, const std::string& loss) const;
  std::vector<int64_t> latent_shape(const Pairs& pairs) const;
  torch::Tensor latents_of(const std::vector<const Image*>& images,
                           const torch::Tensor& noise_BCHW) const;
  torch::Tensor flow_loss(const Pairs& pairs, const unipic2::FlowDraws& draws) const;
  data::Preparation preparation() const;
  // Samples of a source, from number `first` on, at the size of the settings.
  std::vector<data::Sample> square_samples(const data::Source& source, uint64_t first,
                                           int64_t count) const;
  // Pictures for `pairs`, whose targets give the size alone.
  std::vector<Image> drawn(const Pairs& pairs) const;

  unipic2::TrainableModel model_;
  UniPic2Settings settings_;
  diffusion::FlowSchedule training_schedule_;
  std::shared_ptr<const data::Source> held_out_, shown_edits_;
  uint64_t seed_;
  torch::Device device_;
  std::optional<MixedBatches> batches_;
  ops::LowRankChanges lora_;
};

}  // namespace unipic::train
