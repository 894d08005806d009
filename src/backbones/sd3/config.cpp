#include "backbones/sd3/config.h"

#include "base/config_check.h"

namespace unipic::sd3 {
namespace {

// How many layers the list names, if they are the first ones.
int64_t num_first_layers(const Json& json, std::string_view key, std::string_view where) {
  if (!json.is_object() || !json.contains(key)) return 0;
  const auto& layers = json[key];
  check(layers.is_array(), "{}: '{}' is not a list", where, key);
  int64_t next = 0;
  for (const auto& layer : layers) {
    check(layer.is_number_integer() && layer == next, "{}: '{}' are not the first layers", where,
          key);
    ++next;
  }
  return next;
}

}  // namespace

void Config::validate(std::string_view where) const {
  constexpr int64_t kMaxSize = int64_t{1} << 16;
  const SizeCheck check_size(where);
  check_size(patch_size, "patch_size", 64);
  check_size(latent_channels, "in_channels", kMaxSize);
  check_size(num_layers, "num_layers", 4096);
  check_size(num_heads, "num_attention_heads", 4096);
  check_size(head_dim, "attention_head_dim", 4096);
  check_size(context_dim, "joint_attention_dim", kMaxSize);
  check_size(pooled_dim, "pooled_projection_dim", kMaxSize);
  check_size(max_grid_size, "pos_embed_max_size", 8192);
  check(dim() <= kMaxSize, "{}: {} heads of {} are wider than {}", where, num_heads, head_dim,
        kMaxSize);
  check(num_dual_layers <= num_layers, "{}: {} dual layers, but {} layers", where, num_dual_layers,
        num_layers);
}

Config config_from_json(const Json& json, std::string_view where) {
  Config config;
  config.patch_size = json_get_or<int64_t>(json, "patch_size", 2, where);
  config.latent_channels = json_get_or<int64_t>(json, "in_channels", 16, where);
  config.num_layers = json_get_or<int64_t>(json, "num_layers", 18, where);
  config.num_heads = json_get_or<int64_t>(json, "num_attention_heads", 18, where);
  config.head_dim = json_get_or<int64_t>(json, "attention_head_dim", 64, where);
  config.context_dim = json_get_or<int64_t>(json, "joint_attention_dim", 4096, where);
  config.pooled_dim = json_get_or<int64_t>(json, "pooled_projection_dim", 2048, where);
  config.max_grid_size = json_get_or<int64_t>(json, "pos_embed_max_size", 96, where);
  config.num_dual_layers = num_first_layers(json, "dual_attention_layers", where);
  const auto norm = json_get_or<std::string>(json, "qk_norm", "", where);
  check(norm.empty() || norm == "rms_norm", "{}: qk_norm '{}' is not rms_norm", where, norm);
  config.qk_norm = !norm.empty();
  config.validate(where);
  for (const auto& [key, value] : {std::pair{"out_channels", config.latent_channels},
                                   std::pair{"caption_projection_dim", config.dim()}}) {
    const auto said = json_get_or<int64_t>(json, key, value, where);
    check(said == value, "{}: '{}' is {}, not {}", where, key, said, value);
  }
  return config;
}

}  // namespace unipic::sd3
