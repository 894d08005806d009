#pragma once

#include <cstdint>
#include <string_view>

#include "base/json.h"

namespace unipic::siglip {

// Sizes of a SigLIP text tower; the defaults are siglip2-so400m's.
struct TextConfig {
  int64_t vocab_size = 256000;
  int64_t hidden_size = 1152;
  int64_t intermediate_size = 4304;
  int64_t num_layers = 27;
  int64_t num_heads = 16;
  int64_t num_positions = 64;  // tokens of a text, padded or cut to
  double norm_eps = 1e-6;

  void validate(std::string_view where) const;

  bool operator==(const TextConfig&) const = default;
};

// The "text_config" of a Hugging Face config.json.
Json text_config_to_json(const TextConfig& config);

}  // namespace unipic::siglip
