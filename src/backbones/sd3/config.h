#pragma once

#include <cstdint>
#include <vector>

#include "base/json.h"

namespace unipic::sd3 {

// Sizes of a Stable Diffusion 3 transformer; the defaults are SD3.5-medium's (MMDiT-X).
struct Config {
  int64_t patch_size = 2;  // latents a side of a token
  int64_t latent_channels = 16;
  int64_t num_layers = 24;
  int64_t num_heads = 24;
  int64_t head_dim = 64;
  int64_t context_dim = 4096;    // of the prompt's embeddings
  int64_t pooled_dim = 2048;     // of the whole prompt's
  int64_t max_grid_size = 384;   // tokens a side for which there are positions
  int64_t num_dual_layers = 13;  // the first ones, which attend to the picture alone, too
  bool qk_norm = true;

  int64_t dim() const { return num_heads * head_dim; }
  int64_t token_dim() const { return patch_size * patch_size * latent_channels; }
  void validate(std::string_view where) const;

  bool operator==(const Config&) const = default;
};

// From a diffusers config.json. Throws `Error` for what this network does not have: dual layers
// other than the first ones, another norm of queries and keys.
Config config_from_json(const Json& json, std::string_view where);

}  // namespace unipic::sd3
