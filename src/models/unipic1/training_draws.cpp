#include "models/unipic1/training_draws.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/check.h"
#include "base/philox.h"

namespace unipic::unipic1 {
namespace {

// The last word of a counter says what its numbers are for; drawing has 0 to 2.
enum Purpose : uint32_t { kMaskShare = 16, kOrder, kNoiseLevel, kNoise };

constexpr int64_t kNoiseLevels = 1000;

double masked_share(uint64_t key, uint32_t draw, const MaskDistribution& masks) {
  // Rejection: `validate` has made sure that it soon ends.
  for (uint32_t attempt = 0;; ++attempt) {
    std::array<float, 4> normals;
    philox_normals(key, draw, attempt, kMaskShare, normals);
    for (const float normal : normals) {
      const double share = masks.mean + masks.deviation * static_cast<double>(normal);
      if (share >= masks.smallest && share <= 1.0) return share;
    }
  }
}

int64_t noise_level(uint64_t key, uint32_t draw, uint32_t row) {
  const auto bits = philox(key, {row, draw, 0, kNoiseLevel})[0];
  return static_cast<int64_t>((uint64_t{bits} * kNoiseLevels) >> 32);
}

DrawingDraws draws_with(uint64_t seed, uint64_t draw, int64_t first_picture, int64_t batch,
                        int64_t num_tokens, const MarConfig& mar, int64_t num_masked) {
  // The high word of `draw` goes into the key, the low one into the counters.
  const uint64_t key = seed ^ ((draw >> 32) * 0x9e3779b97f4a7c15);
  const auto low = static_cast<uint32_t>(draw);
  const int64_t num_rows = mar.diffusion_batch_mul * batch * num_tokens;
  DrawingDraws draws = {.orders_BL = torch::empty({batch, num_tokens}, torch::kLong),
                        .num_masked = num_masked,
                        .steps_N = torch::empty({num_rows}, torch::kLong),
                        .noise_NC = torch::empty({num_rows, mar.latent_channels})};
  auto* order = draws.orders_BL.data_ptr<int64_t>();
  for (int64_t picture = 0; picture < batch; ++picture, order += num_tokens) {
    philox_permutation(key, low, static_cast<uint32_t>(first_picture + picture), kOrder,
                       {order, static_cast<size_t>(num_tokens)});
  }
  auto* level = draws.steps_N.data_ptr<int64_t>();
  auto* noise = draws.noise_NC.data_ptr<float>();
  for (int64_t copy = 0; copy < mar.diffusion_batch_mul; ++copy) {
    for (int64_t picture = 0; picture < batch; ++picture) {
      const auto first = ((first_picture + picture) * mar.diffusion_batch_mul + copy) * num_tokens;
      for (int64_t token = 0; token < num_tokens; ++token) {
        *level++ = noise_level(key, low, static_cast<uint32_t>(first + token));
        philox_normals(key, low, static_cast<uint32_t>(first + token), kNoise,
                       {noise, static_cast<size_t>(mar.latent_channels)});
        noise += mar.latent_channels;
      }
    }
  }
  return draws;
}

}  // namespace

void MaskDistribution::validate() const {
  check_usage(std::isfinite(mean) && deviation > 0 && smallest > 0 && smallest < 1,
              "mask shares of mean {}, deviation {} from {} to 1 make no sense", mean, deviation,
              smallest);
  const auto below = [&](double share) {
    return 0.5 * (1 + std::erf((share - mean) / deviation / std::sqrt(2.0)));
  };
  check_usage(below(1.0) - below(smallest) > 0.01,
              "hardly a mask share of mean {} and deviation {} lies between {} and 1", mean,
              deviation, smallest);
}

DrawingDraws training_draws(uint64_t seed, uint64_t draw, int64_t first, int64_t batch,
                            int64_t num_tokens, const MarConfig& mar,
                            const MaskDistribution& masks) {
  const double share = masked_share(seed, static_cast<uint32_t>(draw), masks);
  const auto num_masked = static_cast<int64_t>(std::ceil(static_cast<double>(num_tokens) * share));
  return draws_with(seed, draw, first, batch, num_tokens, mar,
                    std::clamp<int64_t>(num_masked, 1, num_tokens));
}

DrawingDraws full_mask_draws(uint64_t seed, uint64_t draw, int64_t batch, int64_t num_tokens,
                             const MarConfig& mar) {
  return draws_with(seed, draw, /*first_picture=*/0, batch, num_tokens, mar, num_tokens);
}

}  // namespace unipic::unipic1
