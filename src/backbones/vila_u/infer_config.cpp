#include "backbones/vila_u/infer_config.h"

#include <cmath>

#include "base/check.h"

namespace unipic::vila_u {

siglip::Config infer_vision(const convert::WeightSource& weights, const std::string& prefix) {
  constexpr int64_t kHeadDim = 64;
  const auto patch = prefix + "embeddings.patch_embedding.weight";
  siglip::Config config;
  config.hidden_size = weights.size(patch, 0);
  config.patch_size = weights.size(patch, 3);
  config.intermediate_size = weights.size(prefix + "encoder.layers.0.mlp.fc1.weight", 0);
  config.num_layers = weights.count(prefix + "encoder.layers.", ".layer_norm1.weight");
  config.num_heads = config.hidden_size / kHeadDim;
  const int64_t num_tokens = weights.size(prefix + "embeddings.position_embedding.weight", 0);
  const auto side = static_cast<int64_t>(std::llround(std::sqrt(static_cast<double>(num_tokens))));
  check(side * side == num_tokens, "{}: {} positions of SigLIP are not a square grid",
        weights.where(), num_tokens);
  check(side <= 16384 && config.patch_size <= 16384, "{}: {}x{} patches of {} pixels a side",
        weights.where(), side, side, config.patch_size);
  config.image_size = side * config.patch_size;
  config.validate(weights.where());
  return config;
}

DepthConfig infer_depth(const convert::WeightSource& weights, const std::string& prefix,
                        int64_t num_heads) {
  const auto size = [&](const char* name, size_t dim) { return weights.size(prefix + name, dim); };
  const DepthConfig config = {
      .hidden_dim = size("in_mlp_2.weight", 1),
      .code_dim = size("in_mlp_1.weight", 1),
      .dim = size("in_mlp_2.weight", 0),
      .attention_dim = size("head_transformer.blocks.0.attn_in_proj.weight", 0),
      .num_heads = num_heads,
      .mlp_dim = size("head_transformer.blocks.0.mlp.0.weight", 0),
      .num_layers = weights.count(prefix + "head_transformer.blocks.", ".ln1.weight"),
      .num_codes = size("classifier_mlp.linear.weight", 0),
      .depth = size("pos_emb_d", 1)};
  config.validate(weights.where());
  return config;
}

}  // namespace unipic::vila_u
