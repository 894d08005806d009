#include "backbones/t5/config.h"

#include "base/config_check.h"

namespace unipic::t5 {

void Config::validate(std::string_view where) const {
  constexpr int64_t kMaxSize = int64_t{1} << 20;
  const SizeCheck check_size(where);
  check_size(vocab_size, "vocab_size", int64_t{1} << 24);
  check_size(dim, "d_model", kMaxSize);
  check_size(num_layers, "num_layers", 4096);
  check_size(num_heads, "num_heads", 65536);
  check_size(head_dim, "d_kv", 65536);
  check_size(hidden_dim, "d_ff", kMaxSize);
  check_size(num_buckets, "relative_attention_num_buckets", 65536);
  check(num_buckets % 4 == 0, "{}: 'relative_attention_num_buckets' is {}, not a multiple of 4",
        where, num_buckets);
  check(max_distance > num_buckets / 4 && max_distance <= kMaxSize,
        "{}: 'relative_attention_max_distance' is {}, not within {}..{}", where, max_distance,
        num_buckets / 4 + 1, kMaxSize);
  check(norm_eps > 0, "{}: layer_norm_epsilon {} must be positive", where, norm_eps);
}

Config config_from_json(const Json& json, std::string_view where) {
  Config config;
  config.vocab_size = json_get_or<int64_t>(json, "vocab_size", 32128, where);
  config.dim = json_get_or<int64_t>(json, "d_model", 512, where);
  config.num_layers = json_get_or<int64_t>(json, "num_layers", 6, where);
  config.num_heads = json_get_or<int64_t>(json, "num_heads", 8, where);
  config.head_dim = json_get_or<int64_t>(json, "d_kv", 64, where);
  config.hidden_dim = json_get_or<int64_t>(json, "d_ff", 2048, where);
  config.num_buckets = json_get_or<int64_t>(json, "relative_attention_num_buckets", 32, where);
  config.max_distance = json_get_or<int64_t>(json, "relative_attention_max_distance", 128, where);
  config.norm_eps = json_get_or<double>(json, "layer_norm_epsilon", 1e-6, where);
  const auto mlp = json_get_or<std::string>(json, "feed_forward_proj", "relu", where);
  check(mlp == "gated-gelu", "{}: feed_forward_proj '{}' is not gated-gelu", where, mlp);
  config.validate(where);
  return config;
}

}  // namespace unipic::t5
