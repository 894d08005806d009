#pragma once

#include <cstdint>
#include <vector>

#include "base/json.h"

namespace unipic::dc_ae {

// One half of a deep-compression autoencoder; stages from the pixels to the latents, each at half
// the resolution of the one before.
struct HalfConfig {
  std::vector<int64_t> channels = {128, 256, 512, 512, 1024, 1024};
  std::vector<int64_t> num_blocks = {2, 2, 2, 3, 3, 3};
  std::vector<bool> attends = {false, false, false, true, true, true};  // blocks with attention

  size_t num_stages() const { return channels.size(); }
  bool operator==(const HalfConfig&) const = default;
};

// Sizes of a deep-compression autoencoder; the defaults are those of f32c32 (sana-1.0).
struct Config {
  int64_t latent_channels = 32;
  int64_t head_dim = 32;
  HalfConfig encoder = {};
  HalfConfig decoder = {.num_blocks = {3, 3, 3, 3, 3, 3}};
  double latent_scale = 0.41407;  // latents times this are what a diffusion model works on

  // Pixels a latent is wide and high.
  int64_t stride() const { return int64_t{1} << (decoder.num_stages() - 1); }
  // Throws `Error` that names `where` if the sizes do not fit each other.
  void validate(std::string_view where) const;

  bool operator==(const Config&) const = default;
};

// From a config.json of the diffusers library. Throws `Error` on missing or wrong members and on
// features that this implementation lacks.
Config config_from_json(const Json& json, std::string_view where);

}  // namespace unipic::dc_ae
