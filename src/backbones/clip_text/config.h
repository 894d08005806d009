#pragma once

#include <cstdint>

#include "base/json.h"

namespace unipic::clip_text {

// Sizes of a CLIP text encoder with projection; the defaults are CLIP-L's.
struct Config {
  int64_t vocab_size = 49408;
  int64_t hidden_size = 768;
  int64_t intermediate_size = 3072;
  int64_t num_layers = 12;
  int64_t num_heads = 12;
  int64_t num_positions = 77;
  int64_t projection_size = 768;
  bool has_projection = true;  // of the token that ends the text; else it is given as it is
  double norm_eps = 1e-5;
  bool quick_gelu = true;  // or the exact one
  int64_t end_id = 2;      // 2, as in all published configs: the largest id ends a text

  void validate(std::string_view where) const;

  bool operator==(const Config&) const = default;
};

// From a Hugging Face config.json. Members left out have the defaults of the transformers library.
Config config_from_json(const Json& json, std::string_view where);

}  // namespace unipic::clip_text
