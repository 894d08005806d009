#include "models/unipic2/starting_weights.h"

#include <cmath>
#include <functional>
#include <string_view>

#include "convert/random_weights.h"

namespace unipic::unipic2 {
using torch::Tensor;

namespace {

bool contains(std::string_view name, std::string_view part) {
  return name.find(part) != std::string_view::npos;
}

using DeviationOf = std::function<double(const std::string& name, torch::IntArrayRef shape)>;

// Matrices of these deviations, norms of 1 and biases of 0.
void randomize(torch::nn::Module& module, uint64_t seed, const DeviationOf& deviation_of) {
  const torch::NoGradGuard no_grad;
  for (auto& parameter : module.named_parameters()) {
    const auto& name = parameter.key();
    const auto shape = parameter.value().sizes();
    const bool is_vector = shape.size() == 1;
    const convert::Distribution distribution = {
        .mean = is_vector && name.ends_with("weight") ? 1.0 : 0.0,
        .deviation = is_vector ? 0.0 : deviation_of(name, shape)};
    parameter.value().set_data(
        convert::random_weight(name, shape, torch::kFloat, seed, distribution));
  }
}

double keeping_size(torch::IntArrayRef shape) {
  return 1.0 / std::sqrt(static_cast<double>(convert::fan_in(shape)));
}

// Sines and cosines of the places along one axis, [side, dim].
Tensor axis_features(int64_t side, int64_t dim, double step) {
  const auto places = torch::arange(side, torch::kDouble) * step;
  const auto exponents = torch::arange(dim / 2, torch::kDouble) / static_cast<double>(dim / 2);
  const auto angles = torch::outer(places, torch::pow(10000.0, -exponents));
  return torch::cat({angles.sin(), angles.cos()}, 1);
}

}  // namespace

Tensor position_table(int64_t side, int64_t dim, double step) {
  const auto axis = axis_features(side, dim / 2, step);
  const auto columns = axis.unsqueeze(0).expand({side, side, dim / 2});
  const auto rows = axis.unsqueeze(1).expand({side, side, dim / 2});
  return torch::cat({columns, rows}, -1).view({1, side * side, dim}).to(torch::kFloat);
}

void initialize(sd3::Transformer& transformer, uint64_t seed, double position_step) {
  randomize(*transformer, seed, [](const std::string& name, torch::IntArrayRef shape) {
    const bool starts_at_zero =
        contains(name, "norm1") || contains(name, "norm_out") || name.starts_with("proj_out");
    return starts_at_zero ? 0.0 : keeping_size(shape);
  });
  const auto& config = transformer->config();
  for (auto& buffer : transformer->named_buffers()) {
    buffer.value().set_data(position_table(config.max_grid_size, config.dim(), position_step));
  }
}

void initialize(Conditioner& conditioner, uint64_t seed, double query_deviation) {
  randomize(*conditioner, seed, [&](const std::string& name, torch::IntArrayRef shape) {
    if (name == "meta_queries") return query_deviation;
    // Uniform in ±1/√inputs, the framework's default.
    if (name.starts_with("projector")) return keeping_size(shape) / std::sqrt(3.0);
    return std::sqrt(2.0 / static_cast<double>(shape[0] + shape[1]));
  });
}

Json config_to_json(const sd3::Config& config) {
  Json dual = Json::array();
  for (int64_t layer = 0; layer < config.num_dual_layers; ++layer) dual.push_back(layer);
  Json json = {{"_class_name", "SD3Transformer2DKontextModel"},
               {"attention_head_dim", config.head_dim},
               {"caption_projection_dim", config.dim()},
               {"dual_attention_layers", std::move(dual)},
               {"in_channels", config.latent_channels},
               {"joint_attention_dim", config.context_dim},
               {"num_attention_heads", config.num_heads},
               {"num_layers", config.num_layers},
               {"out_channels", config.latent_channels},
               {"patch_size", config.patch_size},
               {"pooled_projection_dim", config.pooled_dim},
               {"pos_embed_max_size", config.max_grid_size},
               {"sample_size", config.max_grid_size * config.patch_size}};
  json["qk_norm"] = config.qk_norm ? Json("rms_norm") : Json();
  return json;
}

Json config_to_json(const ConditionerConfig& config) {
  return {{"_class_name", "StableDiffusion3Conditioner"},
          {"connector_config",
           {{"hidden_size", config.layer.dim},
            {"intermediate_size", config.layer.hidden_dim},
            {"layer_norm_eps", config.layer.norm_eps},
            {"num_attention_heads", config.layer.num_heads},
            {"num_hidden_layers", config.num_layers}}},
          {"joint_attention_dim", config.context_dim},
          {"llm_hidden_size", config.llm_dim},
          {"num_queries", config.num_queries},
          {"pooled_projection_dim", config.pooled_dim}};
}

}  // namespace unipic::unipic2
