#include "models/unipic2/conditioner.h"

#include "base/check.h"
#include "base/config_check.h"
#include "nn/holder.h"
#include "nn/parameter.h"

namespace unipic::unipic2 {
using torch::Tensor;

void ConditionerConfig::validate(std::string_view where) const {
  constexpr int64_t kMaxSize = int64_t{1} << 20;
  const SizeCheck check_size(where);
  check_size(num_queries, "num_queries", 65536);
  check_size(llm_dim, "llm_hidden_size", kMaxSize);
  check_size(context_dim, "joint_attention_dim", kMaxSize);
  check_size(pooled_dim, "pooled_projection_dim", kMaxSize);
  check_size(layer.dim, "hidden_size", kMaxSize);
  check_size(layer.hidden_dim, "intermediate_size", kMaxSize);
  check_size(layer.num_heads, "num_attention_heads", layer.dim);
  check_size(num_layers, "num_hidden_layers", 4096);
  check(layer.dim % layer.num_heads == 0, "{}: hidden_size {} is not a multiple of {} heads", where,
        layer.dim, layer.num_heads);
  check(layer.norm_eps > 0, "{}: layer_norm_eps {} must be positive", where, layer.norm_eps);
}

ConditionerConfig conditioner_config_from_json(const Json& json, std::string_view where) {
  check(json.is_object() && json.contains("connector_config"), "{}: 'connector_config' is missing",
        where);
  const auto& connector = json["connector_config"];
  ConditionerConfig config;
  config.num_queries = json_get_or<int64_t>(json, "num_queries", config.num_queries, where);
  config.llm_dim = json_get_or<int64_t>(json, "llm_hidden_size", config.llm_dim, where);
  config.context_dim = json_get_or<int64_t>(json, "joint_attention_dim", config.context_dim, where);
  config.pooled_dim = json_get_or<int64_t>(json, "pooled_projection_dim", config.pooled_dim, where);
  auto& layer = config.layer;
  layer.dim = json_get_or<int64_t>(connector, "hidden_size", layer.dim, where);
  layer.hidden_dim = json_get_or<int64_t>(connector, "intermediate_size", layer.hidden_dim, where);
  layer.num_heads = json_get_or<int64_t>(connector, "num_attention_heads", layer.num_heads, where);
  layer.norm_eps = json_get_or<double>(connector, "layer_norm_eps", layer.norm_eps, where);
  config.num_layers =
      json_get_or<int64_t>(connector, "num_hidden_layers", config.num_layers, where);
  config.validate(where);
  return config;
}

ConditionerImpl::ConditionerImpl(const ConditionerConfig& config)
    : config_(config),
      queries_QM_(register_parameter("meta_queries",
                                     nn::placeholder({config.num_queries, config.llm_dim}))),
      in_(register_module("projector_1", nn::Linear(config.llm_dim, config.layer.dim))),
      pooled_out_(register_module("projector_2", nn::Linear(config.layer.dim, config.pooled_dim))),
      out_(register_module("projector_3", nn::Linear(config.layer.dim, config.context_dim))),
      layers_(nn::add_encoder_layers(*register_module("connector", nn::Holder()), config.num_layers,
                                     config.layer)) {}

EncodedPrompts ConditionerImpl::forward(const Tensor& states_BQM, const nn::Trace& trace) const {
  auto x_BQD = in_->forward(states_BQM);
  if (trace) trace("projector_1", x_BQD);
  for (size_t layer = 0; layer < layers_.size(); ++layer) {
    x_BQD = layers_[layer]->forward(x_BQD);
    if (trace) trace("layer" + std::to_string(layer), x_BQD);
  }
  return {out_->forward(x_BQD), pooled_out_->forward(x_BQD.mean(1))};
}

}  // namespace unipic::unipic2
