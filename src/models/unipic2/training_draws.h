#pragma once

#include <torch/types.h>

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

// B pictures, C latent channels, H height and W width in latents.

namespace unipic::unipic2 {

// How the shares that choose noise levels are spread over 0..1: evenly, or as sigmoids of normal
// numbers, which prefer the middle (Esser et al. 2024).
enum class NoiseLevels { kUniform, kLogitNormal };

constexpr auto recipe_names(NoiseLevels) {
  using enum NoiseLevels;
  return std::array{std::pair<std::string_view, NoiseLevels>{"uniform", kUniform},
                    std::pair<std::string_view, NoiseLevels>{"logit normal", kLogitNormal}};
}

// Which pictures random numbers are for: those of `draw` from number `first` on.
struct PictureRange {
  uint64_t draw = 0;
  int64_t first = 0;
};

// The random choices for pictures that are learnt from, each a pure function of the seed, the draw
// and the picture's number.
struct FlowDraws {
  torch::Tensor shares_B;     // in 0..1: the noise level
  torch::Tensor noise_BCHW;   // what the network is to find
  torch::Tensor latent_BCHW;  // for the autoencoder's distribution of the picture
  torch::Tensor source_BCHW;  // for that of the picture that is edited
};
FlowDraws training_draws(uint64_t seed, const PictureRange& range, torch::IntArrayRef shape_BCHW,
                         NoiseLevels levels);

// The same with the pictures' noise levels spread evenly over the schedule, for measuring.
FlowDraws measuring_draws(uint64_t seed, const PictureRange& range, torch::IntArrayRef shape_BCHW);

}  // namespace unipic::unipic2
