#include "backbones/siglip/config.h"

#include "base/config_check.h"

namespace unipic::siglip {

void Config::validate(std::string_view where) const {
  constexpr int64_t kMaxSize = int64_t{1} << 20;
  const SizeCheck check_size(where);
  check_size(hidden_size, "hidden_size", kMaxSize);
  check_size(intermediate_size, "intermediate_size", kMaxSize);
  check_size(num_layers, "num_hidden_layers", 4096);
  check_size(num_heads, "num_attention_heads", hidden_size);
  check_size(image_size, "image_size", 16384);
  check_size(patch_size, "patch_size", image_size);
  check(hidden_size % num_heads == 0, "{}: hidden_size {} is not a multiple of {} heads", where,
        hidden_size, num_heads);
  check(norm_eps > 0, "{}: layer_norm_eps {} must be positive", where, norm_eps);
}

Config config_from_json(const Json& json, std::string_view where) {
  check(json.is_object() && json.contains("vision_config"), "{}: 'vision_config' is missing",
        where);
  const auto& vision = json["vision_config"];
  Config config;
  config.hidden_size = json_get_or<int64_t>(vision, "hidden_size", 768, where);
  config.intermediate_size = json_get_or<int64_t>(vision, "intermediate_size", 3072, where);
  config.num_layers = json_get_or<int64_t>(vision, "num_hidden_layers", 12, where);
  config.num_heads = json_get_or<int64_t>(vision, "num_attention_heads", 12, where);
  config.image_size = json_get_or<int64_t>(vision, "image_size", 224, where);
  config.patch_size = json_get_or<int64_t>(vision, "patch_size", 16, where);
  config.norm_eps = json_get_or<double>(vision, "layer_norm_eps", 1e-6, where);
  config.validate(where);
  return config;
}

Json config_to_json(const Config& config) {
  return {{"architectures", {"SiglipModel"}},
          {"model_type", "siglip"},
          {"vision_config",
           {{"hidden_act", "gelu_pytorch_tanh"},
            {"hidden_size", config.hidden_size},
            {"image_size", config.image_size},
            {"intermediate_size", config.intermediate_size},
            {"layer_norm_eps", config.norm_eps},
            {"model_type", "siglip_vision_model"},
            {"num_attention_heads", config.num_heads},
            {"num_channels", 3},
            {"num_hidden_layers", config.num_layers},
            {"patch_size", config.patch_size}}}};
}

}  // namespace unipic::siglip
