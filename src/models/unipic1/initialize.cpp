#include "models/unipic1/initialize.h"

#include <cmath>
#include <string_view>

#include "convert/random_weights.h"

namespace unipic::unipic1 {
namespace {

bool contains(std::string_view name, std::string_view part) {
  return name.find(part) != std::string_view::npos;
}

// The layers whose results go into one residual stream with this parameter's; 0 if it adds to none.
int64_t residual_depth(const Config& config, std::string_view name) {
  if (name.ends_with("o_proj.weight") || name.ends_with("down_proj.weight")) {
    return config.llm.num_layers;
  }
  if (!name.ends_with("attn.proj.weight") && !name.ends_with("mlp.fc2.weight")) return 0;
  if (contains(name, "encoder_blocks")) return config.mar.encoder_depth;
  if (contains(name, "decoder_blocks")) return config.mar.decoder_depth;
  return 0;
}

bool starts_at_zero(std::string_view name) {
  return contains(name, "diffloss") &&
         (contains(name, "adaLN_modulation") || contains(name, "final_layer.linear"));
}

// Vectors that tell tokens and places apart. They start as large as what is added to them: smaller
// ones drown in the first layer's results, and neither words nor places are told apart any more.
bool tells_apart(std::string_view name) {
  return contains(name, "embed_tokens") || contains(name, "pos_embed_learned") ||
         contains(name, "mask_token");
}

convert::Distribution distribution_of(const Config& config, std::string_view name,
                                      torch::IntArrayRef shape) {
  if (tells_apart(name)) return {.deviation = 1.0};
  const auto likely = convert::likely_distribution(name, shape);
  const bool is_matrix =
      shape.size() == 2 && name.ends_with(".weight") && !contains(name, "position_embedding");
  if (!is_matrix) return shape.size() == 1 ? convert::Distribution{likely.mean, 0.0} : likely;
  const int64_t depth = residual_depth(config, name);
  const double scale = depth == 0 ? 1.0 : 1.0 / std::sqrt(2.0 * static_cast<double>(depth));
  return {.deviation = scale / std::sqrt(static_cast<double>(convert::fan_in(shape)))};
}

}  // namespace

void initialize(UniPic1& model, uint64_t seed) {
  torch::NoGradGuard no_grad;
  for (auto& parameter : model->named_parameters()) {
    const auto shape = parameter.value().sizes();
    parameter.value().set_data(
        starts_at_zero(parameter.key())
            ? torch::zeros(shape)
            : convert::random_weight(parameter.key(), shape, torch::kFloat, seed,
                                     distribution_of(model->config(), parameter.key(), shape)));
  }
  model->set_placement(torch::kFloat, torch::kCPU);
}

}  // namespace unipic::unipic1
