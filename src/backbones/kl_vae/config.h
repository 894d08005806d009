#pragma once

#include <cstdint>
#include <vector>

#include "base/json.h"

namespace unipic::kl_vae {

// Sizes of a KL autoencoder (Rombach et al. 2022); the defaults are KL-16's.
struct Config {
  int64_t base_channels = 128;
  int64_t first_multiplier = 1;  // channels of the encoder's first convolution, times the base
  std::vector<int64_t> multipliers = {1, 1, 2, 2, 4};  // channels of each level, times the base
  int64_t num_res_blocks = 2;                          // a level; the decoder has one more
  int64_t latent_channels = 16;
  int64_t norm_groups = 32;
  std::vector<int64_t> encoder_attention_levels = {4};
  std::vector<int64_t> decoder_attention_levels = {};
  bool has_quant_convs = true;  // pointwise convolutions of the latents

  int64_t num_levels() const { return static_cast<int64_t>(multipliers.size()); }
  int64_t channels(int64_t level) const {
    return base_channels * multipliers[static_cast<size_t>(level)];
  }
  // Pixels a side for one latent position.
  int64_t stride() const { return int64_t{1} << (num_levels() - 1); }
  // Sets the base and all that is counted in it: channels of each level and of the first
  // convolution. Throws `Error` for a number outside 1..65536 or other than 1 to 8 levels.
  void set_channels(int64_t first, const std::vector<int64_t>& of_levels, std::string_view where);
  void validate(std::string_view where) const;

  bool operator==(const Config&) const = default;
};

// From the "vae" member of a model_config.json, whose attention levels are given as resolutions of
// a picture of "resolution" pixels.
Config config_from_json(const Json& json, std::string_view where);
Json config_to_json(const Config& config);

// From the config.json of diffusers' AutoencoderKL. Throws `Error` for what this network does not
// have.
Config config_from_diffusers(const Json& json, std::string_view where);

}  // namespace unipic::kl_vae
