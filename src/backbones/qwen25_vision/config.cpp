#include "backbones/qwen25_vision/config.h"

#include "base/config_check.h"

namespace unipic::qwen25_vision {

void Config::validate(std::string_view where) const {
  constexpr int64_t kMaxSize = int64_t{1} << 20;
  const SizeCheck check_size(where);
  check_size(hidden_size, "hidden_size", kMaxSize);
  check_size(intermediate_size, "intermediate_size", kMaxSize);
  check_size(num_layers, "depth", 4096);
  check_size(num_heads, "num_heads", hidden_size);
  check_size(patch_size, "patch_size", 1024);
  check_size(temporal_patch_size, "temporal_patch_size", 64);
  check_size(merge_size, "spatial_merge_size", 64);
  check_size(window_size, "window_size", 65536);
  check_size(out_size, "out_hidden_size", kMaxSize);
  check(hidden_size % num_heads == 0 && head_dim() % 4 == 0,
        "{}: hidden_size {} does not give {} heads of a width that 4 divides", where, hidden_size,
        num_heads);
  check(window_tokens() >= 1, "{}: a window of {} pixels holds no token", where, window_size);
  for (const int64_t layer : full_layers) {
    check(layer >= 0 && layer < num_layers, "{}: 'fullatt_block_indexes' holds {}", where, layer);
  }
}

Config config_from_json(const Json& json, std::string_view where) {
  check(json.is_object() && json.contains("vision_config"), "{}: 'vision_config' is missing",
        where);
  const auto& vision = json["vision_config"];
  Config config;
  const auto number = [&](const char* key, int64_t fallback) {
    return json_get_or<int64_t>(vision, key, fallback, where);
  };
  config.hidden_size = number("hidden_size", 3584);
  config.intermediate_size = number("intermediate_size", 3420);
  config.num_layers = number("depth", 32);
  config.num_heads = number("num_heads", 16);
  config.patch_size = number("patch_size", 14);
  config.temporal_patch_size = number("temporal_patch_size", 2);
  config.merge_size = number("spatial_merge_size", 2);
  config.window_size = number("window_size", 112);
  config.out_size = number("out_hidden_size", 3584);
  if (vision.contains("fullatt_block_indexes")) {
    const auto& layers = vision["fullatt_block_indexes"];
    check(layers.is_array(), "{}: 'fullatt_block_indexes' is not a list", where);
    config.full_layers.clear();
    for (const auto& layer : layers) {
      check(layer.is_number_integer(),
            "{}: 'fullatt_block_indexes' holds something other than whole numbers", where);
      config.full_layers.push_back(layer.get<int64_t>());
    }
  }
  config.validate(where);
  return config;
}

}  // namespace unipic::qwen25_vision
