#pragma once

#include <torch/types.h>

#include <cstdint>
#include <vector>

// P pictures, C latent channels, H height and W width in latents.

namespace unipic::diffusion {

// What noise is for: numbers of the same seed and place differ by it.
enum class NoisePurpose : uint32_t { kLatents, kReference };

// Standard normal noise [P, C, H, W], fp32. Each number depends on its picture's seed, its place
// and its channel alone, so neither on the size of the picture nor on what is drawn beside it.
torch::Tensor seeded_noise(const std::vector<uint64_t>& seeds, NoisePurpose purpose,
                           int64_t channels, int64_t height, int64_t width);

}  // namespace unipic::diffusion
