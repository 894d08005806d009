#include "diffusion/noise.h"

#include <gtest/gtest.h>

namespace unipic::diffusion {
namespace {

torch::Tensor noise(const std::vector<uint64_t>& seeds, int64_t height, int64_t width,
                    NoisePurpose purpose = NoisePurpose::kLatents) {
  return seeded_noise(seeds, purpose, 16, height, width);
}

TEST(SeededNoise, IsNormal) {
  const auto x = noise({3}, 64, 64);
  EXPECT_EQ(x.sizes(), (std::vector<int64_t>{1, 16, 64, 64}));
  EXPECT_NEAR(x.mean().item<double>(), 0, 0.02);
  EXPECT_NEAR(x.std().item<double>(), 1, 0.02);
}

TEST(SeededNoise, DependsOnSeedPlaceAndPurposeAlone) {
  const auto both = noise({3, 4}, 8, 6);
  EXPECT_TRUE(both[1].equal(noise({4}, 8, 6)[0]));
  // A larger picture begins with the smaller one's.
  EXPECT_TRUE(noise({3}, 10, 9)[0].narrow(1, 0, 8).narrow(2, 0, 6).equal(both[0]));
  EXPECT_FALSE(both[0].equal(both[1]));
  EXPECT_FALSE(noise({3}, 8, 6, NoisePurpose::kReference)[0].equal(both[0]));
}

}  // namespace
}  // namespace unipic::diffusion
