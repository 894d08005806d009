#include "backbones/kl_vae/infer_config.h"

namespace unipic::kl_vae {

Config infer_config(const convert::WeightSource& weights, const std::string& prefix) {
  Config config;
  const int64_t first_channels = weights.size(prefix + "encoder.conv_in.weight", 0);
  config.latent_channels = weights.size(prefix + "decoder.conv_in.weight", 1);
  config.num_res_blocks = weights.count(prefix + "encoder.down.0.block.", ".norm1.weight");
  config.has_quant_convs = weights.contains(prefix + "quant_conv.weight");
  config.encoder_attention_levels.clear();
  config.decoder_attention_levels.clear();
  std::vector<int64_t> channels;
  const int64_t num_levels = weights.count(prefix + "encoder.down.", ".block.0.norm1.weight");
  for (int64_t level = 0; level < num_levels; ++level) {
    const auto down = fmt::format("{}encoder.down.{}.", prefix, level);
    const auto up = fmt::format("{}decoder.up.{}.", prefix, level);
    channels.push_back(weights.size(down + "block.0.conv1.weight", 0));
    if (weights.contains(down + "attn.0.norm.weight"))
      config.encoder_attention_levels.push_back(level);
    if (weights.contains(up + "attn.0.norm.weight"))
      config.decoder_attention_levels.push_back(level);
  }
  config.set_channels(first_channels, channels, weights.where());
  return config;
}

}  // namespace unipic::kl_vae
