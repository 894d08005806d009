#include "backbones/clip_text/config.h"

#include "base/config_check.h"

namespace unipic::clip_text {

void Config::validate(std::string_view where) const {
  constexpr int64_t kMaxSize = int64_t{1} << 20;
  const SizeCheck check_size(where);
  check_size(vocab_size, "vocab_size", int64_t{1} << 24);
  check_size(hidden_size, "hidden_size", kMaxSize);
  check_size(intermediate_size, "intermediate_size", kMaxSize);
  check_size(num_layers, "num_hidden_layers", 4096);
  check_size(num_heads, "num_attention_heads", hidden_size);
  check_size(num_positions, "max_position_embeddings", kMaxSize);
  check_size(projection_size, "projection_dim", kMaxSize);
  check(num_layers >= 2, "{}: 1 layer, but the one before the last is used", where);
  check(hidden_size % num_heads == 0, "{}: hidden_size {} is not a multiple of {} heads", where,
        hidden_size, num_heads);
  check(norm_eps > 0, "{}: layer_norm_eps {} must be positive", where, norm_eps);
}

Config config_from_json(const Json& json, std::string_view where) {
  Config config;
  config.vocab_size = json_get_or<int64_t>(json, "vocab_size", 49408, where);
  config.hidden_size = json_get_or<int64_t>(json, "hidden_size", 512, where);
  config.intermediate_size = json_get_or<int64_t>(json, "intermediate_size", 2048, where);
  config.num_layers = json_get_or<int64_t>(json, "num_hidden_layers", 12, where);
  config.num_heads = json_get_or<int64_t>(json, "num_attention_heads", 8, where);
  config.num_positions = json_get_or<int64_t>(json, "max_position_embeddings", 77, where);
  config.projection_size = json_get_or<int64_t>(json, "projection_dim", 512, where);
  config.norm_eps = json_get_or<double>(json, "layer_norm_eps", 1e-5, where);
  const auto activation = json_get_or<std::string>(json, "hidden_act", "quick_gelu", where);
  check(activation == "quick_gelu" || activation == "gelu",
        "{}: hidden_act '{}' is neither quick_gelu nor gelu", where, activation);
  config.quick_gelu = activation == "quick_gelu";
  config.end_id = json_get_or<int64_t>(json, "eos_token_id", 49407, where);
  config.validate(where);
  return config;
}

}  // namespace unipic::clip_text
