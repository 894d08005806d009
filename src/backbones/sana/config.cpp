#include "backbones/sana/config.h"

#include <cmath>

#include "base/config_check.h"

namespace unipic::sana {
namespace {

void refuse_unsupported(const Json& json, std::string_view where) {
  for (const char* feature : {"qk_norm", "interpolation_scale"})
    check(!json.contains(feature) || json[feature].is_null(), "{}: '{}' is not supported", where,
          feature);
  for (const char* feature : {"guidance_embeds", "attention_bias", "norm_elementwise_affine"})
    check(!json_get_or<bool>(json, feature, false, where), "{}: '{}' is not supported", where,
          feature);
  const auto patch_size = json_get_or<int64_t>(json, "patch_size", 1, where);
  check(patch_size == 1, "{}: 'patch_size' is {}, only 1 is supported", where, patch_size);
}

}  // namespace

void Config::validate(std::string_view where) const {
  constexpr int64_t kMaxSize = int64_t{1} << 16;
  const SizeCheck check_size(where);
  check_size(in_channels, "in_channels", kMaxSize);
  check_size(out_channels, "out_channels", kMaxSize);
  check_size(num_layers, "num_layers", 4096);
  check_size(num_heads, "num_attention_heads", 4096);
  check_size(head_dim, "attention_head_dim", 4096);
  check_size(num_cross_heads, "num_cross_attention_heads", 4096);
  check_size(cross_head_dim, "cross_attention_head_dim", 4096);
  check_size(caption_channels, "caption_channels", kMaxSize);
  check_size(sample_size, "sample_size", kMaxSize);
  check(dim() <= kMaxSize, "{}: {} heads of {} are wider than {}", where, num_heads, head_dim,
        kMaxSize);
  check(mlp_ratio > 0 && mlp_ratio <= 64 && mlp_dim() >= 1, "{}: 'mlp_ratio' is {}", where,
        mlp_ratio);
  check(std::isfinite(norm_eps) && norm_eps > 0, "{}: 'norm_eps' is {}", where, norm_eps);
  check(std::isfinite(timestep_scale), "{}: 'timestep_scale' is {}", where, timestep_scale);
}

Config config_from_json(const Json& json, std::string_view where) {
  check(json.is_object(), "{}: is no JSON object", where);
  refuse_unsupported(json, where);
  Config config;
  const auto size = [&](const char* key, int64_t otherwise) {
    return json_get_or<int64_t>(json, key, otherwise, where);
  };
  config.in_channels = size("in_channels", 32);
  config.out_channels = size("out_channels", config.in_channels);
  config.num_layers = size("num_layers", 20);
  config.num_heads = size("num_attention_heads", 70);
  config.head_dim = size("attention_head_dim", 32);
  config.num_cross_heads = size("num_cross_attention_heads", 20);
  config.cross_head_dim = size("cross_attention_head_dim", 112);
  config.caption_channels = size("caption_channels", 2304);
  config.sample_size = size("sample_size", 32);
  config.mlp_ratio = json_get_or<double>(json, "mlp_ratio", 2.5, where);
  config.norm_eps = json_get_or<double>(json, "norm_eps", 1e-6, where);
  config.timestep_scale = json_get_or<double>(json, "timestep_scale", 1.0, where);
  config.validate(where);
  const auto cross_dim = size("cross_attention_dim", config.dim());
  check(cross_dim == config.dim(), "{}: 'cross_attention_dim' is {}, not {}", where, cross_dim,
        config.dim());
  return config;
}

}  // namespace unipic::sana
