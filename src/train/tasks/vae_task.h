#pragma once

#include <memory>
#include <optional>

#include "backbones/kl_vae/loss.h"
#include "backbones/kl_vae/model.h"
#include "backbones/scene_detector/model.h"
#include "data/source.h"
#include "train/batch_reader.h"
#include "train/task.h"

namespace unipic::train {

struct VaeSettings {
  kl_vae::Config config = {.base_channels = 16,
                           .multipliers = {1, 2, 4, 8, 8},
                           .num_res_blocks = 1,
                           .latent_channels = 16,
                           .norm_groups = 8,
                           .encoder_attention_levels = {}};
  std::string init;
  std::string source = "captions";
  int64_t batch = 32;
  int64_t size = 128;
  int64_t crop = 64;
  bool prefer_detail = false;
  double whole_from = 0.75;
  double latent_scale = 0.2325;
  kl_vae::LossWeights loss;
  std::string feature_net;
  double perceptual = 0.1;
  bool freeze_encoder = false;
  int64_t held_out = 64;

  template <typename Visitor>
  void visit(Visitor& v) {
    v.field("init", init, "folder of a VAE to start from, of its sizes; empty starts from nothing");
    v.field("base_channels", config.base_channels, "width of the first level");
    v.field("multipliers", config.multipliers, "width of each level, times the first");
    v.field("num_res_blocks", config.num_res_blocks, "residual blocks a level");
    v.field("latent_channels", config.latent_channels, "numbers of a latent");
    v.field("norm_groups", config.norm_groups, "groups of the norms");
    v.field("source", source, "name of the [[source]] that pictures come from");
    v.field("batch", batch, "pictures a step, over all processes");
    v.field("size", size, "pixels a side of the pictures");
    v.field("crop", crop, "pixels a side of what is cut out of a picture");
    v.field("prefer_detail", prefer_detail, "of two such parts take the one with more edges");
    v.field("whole_from", whole_from, "share of the steps after which pictures are taken whole");
    v.field("latent_scale", latent_scale,
            "what latents are multiplied by later; they are written with 1 over it as deviation");
    v.group("loss", loss, "weights of the loss");
    v.field("feature_net", feature_net,
            "folder of a trained detector to whose eyes the copy must look alike; empty for none");
    v.field("perceptual", perceptual, "weight of that distance");
    v.field("freeze_encoder", freeze_encoder, "keep the latents as they are");
    v.field("held_out", held_out, "pictures for the standing measurement");
  }
  void validate() const;
};

// Trains the autoencoder between pixels and latents.
class VaeTask : public Task {
 public:
  // `steps` are those of the whole run. `held_out` as in `UniPic1Task`.
  VaeTask(const VaeSettings& settings, std::shared_ptr<const data::Source> source,
          std::shared_ptr<const data::Source> held_out, int64_t steps, uint64_t seed,
          const TaskResources& resources = {});

  std::vector<optim::ParameterGroup> parameter_groups(double weight_decay) override;
  MicroBatchLoss compute(const BatchPosition& position) override;
  // "psnr" in dB.
  Figures evaluate() override;
  std::optional<Image> show() override;
  // vae.safetensors and vae.json.
  void write_model(const std::filesystem::path& folder) override;

 private:
  torch::Tensor held_out_pixels() const;

  const VaeSettings settings_;
  BatchReader reader_;
  std::shared_ptr<const data::Source> held_out_;
  const int64_t steps_;
  const uint64_t seed_;
  const torch::Device device_;
  kl_vae::Autoencoder vae_;
  std::optional<scene_detector::SceneDetector> feature_net_;
};

}  // namespace unipic::train
