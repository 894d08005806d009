// A config from the shapes of a checkpoint's tensors: the published folder has no config file.

#include <cmath>

#include "backbones/kl_vae/infer_config.h"
#include "base/check.h"
#include "models/unipic1/checkpoint.h"

namespace unipic::unipic1 {
namespace {

using convert::WeightSource;

void infer_mar(MarConfig& mar, const WeightSource& weights) {
  mar.encoder_dim = weights.size("mar.z_proj.weight", 0);
  mar.latent_channels = weights.size("mar.z_proj.weight", 1);
  mar.decoder_dim = weights.size("mar.decoder_embed.weight", 0);
  mar.encoder_depth = weights.count("mar.encoder_blocks.", ".norm1.weight");
  mar.decoder_depth = weights.count("mar.decoder_blocks.", ".norm1.weight");
  mar.mlp_ratio = static_cast<double>(weights.size("mar.encoder_blocks.0.mlp.fc1.weight", 0)) /
                  static_cast<double>(mar.encoder_dim);
  mar.head_width = weights.size("mar.diffloss.net.input_proj.weight", 0);
  mar.head_depth = weights.count("mar.diffloss.net.res_blocks.", ".in_ln.weight");

  const int64_t num_positions = weights.size("mar.diffusion_pos_embed_learned", 1);
  const auto side =
      static_cast<int64_t>(std::llround(std::sqrt(static_cast<double>(num_positions))));
  check(side * side == num_positions, "{}: {} learned positions are not a square grid",
        weights.where(), num_positions);
  mar.image_size = side * mar.stride;
  mar.buffer_size = weights.size("mar.encoder_pos_embed_learned", 1) - num_positions;
}

}  // namespace

void infer_config(Config& config, const WeightSource& weights) {
  config.vae = kl_vae::infer_config(weights, "vae.");
  config.vae.has_quant_convs = true;
  config.mar.stride = config.vae.stride();
  infer_mar(config.mar, weights);
  config.default_size = 2 * config.mar.image_size;
}

}  // namespace unipic::unipic1
