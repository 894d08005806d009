#include "models/unipic2/infer_configs.h"

#include <cmath>

#include "backbones/kl_vae/infer_config.h"
#include "base/check.h"
#include "models/unipic2/weights.h"

namespace unipic::unipic2 {
namespace {

using convert::WeightSource;

// How many equal parts a width consists of.
int64_t quotient(int64_t width, int64_t part, std::string_view what, const WeightSource& file) {
  check(part > 0 && width % part == 0, "{}: a width of {} is no multiple of {}, {}", file.where(),
        width, part, what);
  return width / part;
}

int64_t side_of_square(int64_t area, const WeightSource& file) {
  const auto side = static_cast<int64_t>(std::llround(std::sqrt(static_cast<double>(area))));
  constexpr int64_t kMostSide = int64_t{1} << 24;
  check(side <= kMostSide && side * side == area, "{}: {} positions are not a square grid",
        file.where(), area);
  return side;
}

}  // namespace

sd3::Config infer_transformer(const WeightSource& file) {
  constexpr std::string_view kQueryNorm = "joint_blocks.0.x_block.attn.ln_q.weight";
  constexpr int64_t kHeadDimWithoutNorm = 64;
  sd3::Config config;
  const int64_t dim = file.size("x_embedder.proj.weight", 0);
  config.latent_channels = file.size("x_embedder.proj.weight", 1);
  config.patch_size = file.size("x_embedder.proj.weight", 2);
  config.num_layers = file.count("joint_blocks.", ".x_block.attn.qkv.weight");
  config.num_dual_layers = file.count("joint_blocks.", ".x_block.attn2.qkv.weight");
  config.qk_norm = file.contains(kQueryNorm);
  config.head_dim = config.qk_norm ? file.size(kQueryNorm, 0) : kHeadDimWithoutNorm;
  config.num_heads = quotient(dim, config.head_dim, "a head of the transformer", file);
  config.context_dim = file.size("context_embedder.weight", 1);
  config.pooled_dim = file.size("y_embedder.mlp.0.weight", 1);
  config.max_grid_size = side_of_square(file.size("pos_embed", 1), file);
  config.validate(file.where());
  return config;
}

clip_text::Config infer_clip(const WeightSource& file, Clip which, const UnstatedFacts& facts) {
  clip_text::Config config;
  config.vocab_size = file.size("text_model.embeddings.token_embedding.weight", 0);
  config.hidden_size = file.size("text_model.embeddings.token_embedding.weight", 1);
  config.num_positions = file.size("text_model.embeddings.position_embedding.weight", 0);
  config.num_layers = file.count("text_model.encoder.layers.", ".self_attn.q_proj.weight");
  config.intermediate_size = file.size("text_model.encoder.layers.0.mlp.fc1.weight", 0);
  config.num_heads = quotient(config.hidden_size, facts.clip_head_dim, "a head of CLIP", file);
  config.quick_gelu = which == Clip::kL;
  config.has_projection = which == Clip::kG;
  const auto projection = clip_projection(file);
  config.projection_size = config.has_projection
                               ? file.size(projection.name, projection.transposes ? 1 : 0)
                               : config.hidden_size;
  config.validate(file.where());
  return config;
}

t5::Config infer_t5(const WeightSource& file) {
  constexpr std::string_view kBias =
      "encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight";
  t5::Config config;
  const auto embedding = t5_embedding(file);
  config.vocab_size = file.size(embedding, 0);
  config.dim = file.size(embedding, 1);
  config.num_layers = file.count("encoder.block.", ".layer.0.SelfAttention.q.weight");
  config.num_buckets = file.size(kBias, 0);
  config.num_heads = file.size(kBias, 1);
  config.head_dim = quotient(file.size("encoder.block.0.layer.0.SelfAttention.q.weight", 0),
                             config.num_heads, "the heads of T5", file);
  config.hidden_dim = file.size("encoder.block.0.layer.1.DenseReluDense.wi_0.weight", 0);
  config.validate(file.where());
  return config;
}

kl_vae::Config infer_vae(const WeightSource& file, const UnstatedFacts& facts) {
  auto config = kl_vae::infer_config(file);
  config.norm_groups = facts.vae_norm_groups;
  config.validate(file.where());
  return config;
}

}  // namespace unipic::unipic2
