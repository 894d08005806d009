#pragma once

#include <cstdint>

#include "base/json.h"

namespace unipic::sana {

// Sizes of a SANA transformer; the defaults are those of SANA-600M with 1152-wide captions.
struct Config {
  int64_t in_channels = 32, out_channels = 32;
  int64_t num_layers = 28;
  int64_t num_heads = 36, head_dim = 32;              // of self-attention
  int64_t num_cross_heads = 16, cross_head_dim = 72;  // of the attention to the caption
  int64_t caption_channels = 1152;
  double mlp_ratio = 2.5;
  double norm_eps = 1e-6;  // of the blocks
  double timestep_scale = 1;
  int64_t sample_size = 32;  // latents a side of a picture that it was trained for

  int64_t dim() const { return num_heads * head_dim; }
  int64_t mlp_dim() const { return static_cast<int64_t>(mlp_ratio * static_cast<double>(dim())); }
  // Throws `Error` that names `where` if the sizes do not fit each other.
  void validate(std::string_view where) const;

  bool operator==(const Config&) const = default;
};

// From a config.json of the diffusers library, whose defaults stand for what is missing. Throws
// `Error` on wrong members and on features that this implementation lacks (norms of queries and
// keys, embedded guidance, positions).
Config config_from_json(const Json& json, std::string_view where);

}  // namespace unipic::sana
