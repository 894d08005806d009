#pragma once

#include <cstdint>
#include <vector>

#include "base/json.h"

namespace unipic::qwen25_vision {

// Sizes of Qwen2.5-VL's vision tower; the defaults are the 7B model's.
struct Config {
  int64_t hidden_size = 1280;
  int64_t intermediate_size = 3420;
  int64_t num_layers = 32;
  int64_t num_heads = 16;
  int64_t patch_size = 14;          // pixels a side
  int64_t temporal_patch_size = 2;  // pictures a patch; a single one is doubled
  int64_t merge_size = 2;           // patches a side of a token
  int64_t window_size = 112;        // pixels a side that a layer sees, but for the full ones
  std::vector<int64_t> full_layers = {7, 15, 23, 31};
  int64_t out_size = 3584;
  double norm_eps = 1e-6;

  int64_t head_dim() const { return hidden_size / num_heads; }
  int64_t patch_dim() const { return 3 * temporal_patch_size * patch_size * patch_size; }
  int64_t merged_dim() const { return hidden_size * merge_size * merge_size; }
  // Tokens a side of a window.
  int64_t window_tokens() const { return window_size / patch_size / merge_size; }
  void validate(std::string_view where) const;

  bool operator==(const Config&) const = default;
};

// The "vision_config" of a Hugging Face config.json. Members left out have the defaults of the
// transformers library.
Config config_from_json(const Json& json, std::string_view where);

}  // namespace unipic::qwen25_vision
