#pragma once

#include <cstdint>

#include "base/json.h"

namespace unipic::siglip {

// Sizes of a SigLIP vision tower; the defaults are siglip2-so400m-patch16-512's.
struct Config {
  int64_t hidden_size = 1152;
  int64_t intermediate_size = 4304;
  int64_t num_layers = 27;
  int64_t num_heads = 16;
  int64_t image_size = 512;  // pixels a side
  int64_t patch_size = 16;   // pixels a side; what is left right and below is not seen
  double norm_eps = 1e-6;

  int64_t grid_size() const { return image_size / patch_size; }
  int64_t num_tokens() const { return grid_size() * grid_size(); }
  void validate(std::string_view where) const;

  bool operator==(const Config&) const = default;
};

// From a Hugging Face config.json (its vision_config). Members left out there have the defaults of
// the transformers library.
Config config_from_json(const Json& json, std::string_view where);
Json config_to_json(const Config& config);

}  // namespace unipic::siglip
