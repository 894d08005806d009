#include "backbones/qwen2/config.h"

namespace unipic::qwen2 {
namespace {

constexpr int64_t kMaxSize = int64_t{1} << 24;
constexpr int64_t kMaxLayers = 4096;

}  // namespace

void Config::validate(std::string_view where) const {
  const auto check_size = [&](int64_t size, std::string_view name, int64_t limit) {
    check(size >= 1 && size <= limit, "{}: '{}' is {}, not within 1..{}", where, name, size, limit);
  };
  check_size(vocab_size, "vocab_size", kMaxSize);
  check_size(hidden_size, "hidden_size", kMaxSize);
  check_size(intermediate_size, "intermediate_size", kMaxSize);
  check_size(num_layers, "num_hidden_layers", kMaxLayers);
  check_size(num_heads, "num_attention_heads", hidden_size);
  check_size(num_kv_heads, "num_key_value_heads", num_heads);
  check(hidden_size % num_heads == 0 && head_dim() % 2 == 0,
        "{}: hidden_size {} does not give {} heads of even width", where, hidden_size, num_heads);
  check(num_heads % num_kv_heads == 0,
        "{}: {} attention heads are not a multiple of {} key-value heads", where, num_heads,
        num_kv_heads);
  check(norm_eps > 0 && rope_base > 0, "{}: rms_norm_eps {} and rope_theta {} must be positive",
        where, norm_eps, rope_base);
}

Config config_from_json(const Json& json, std::string_view where) {
  Config config;
  config.vocab_size = json_get<int64_t>(json, "vocab_size", where);
  config.hidden_size = json_get<int64_t>(json, "hidden_size", where);
  config.intermediate_size = json_get<int64_t>(json, "intermediate_size", where);
  config.num_layers = json_get<int64_t>(json, "num_hidden_layers", where);
  config.num_heads = json_get<int64_t>(json, "num_attention_heads", where);
  config.num_kv_heads = json_get_or<int64_t>(json, "num_key_value_heads", config.num_heads, where);
  config.norm_eps = json_get_or<double>(json, "rms_norm_eps", 1e-6, where);
  config.rope_base = json_get_or<double>(json, "rope_theta", 10000.0, where);
  config.tied_head = json_get_or<bool>(json, "tie_word_embeddings", false, where);
  check(!json.contains("rope_scaling") || json["rope_scaling"].is_null(),
        "{}: rope_scaling is not supported", where);
  check(!json_get_or<bool>(json, "use_sliding_window", false, where),
        "{}: sliding window attention is not supported", where);
  config.validate(where);
  return config;
}

Json config_to_json(const Config& config) {
  return {{"architectures", {"Qwen2ForCausalLM"}},
          {"hidden_act", "silu"},
          {"hidden_size", config.hidden_size},
          {"intermediate_size", config.intermediate_size},
          {"model_type", "qwen2"},
          {"num_attention_heads", config.num_heads},
          {"num_hidden_layers", config.num_layers},
          {"num_key_value_heads", config.num_kv_heads},
          {"rms_norm_eps", config.norm_eps},
          {"rope_theta", config.rope_base},
          {"tie_word_embeddings", config.tied_head},
          {"use_sliding_window", false},
          {"vocab_size", config.vocab_size}};
}

}  // namespace unipic::qwen2
