#include "backbones/dc_ae/model.h"

#include <gtest/gtest.h>

#include "convert/random_weights.h"
#include "support/error.h"

namespace unipic::dc_ae {
namespace {

// Two stages, of which the second attends.
Autoencoder small() {
  const HalfConfig half = {.channels = {4, 8}, .num_blocks = {1, 1}, .attends = {false, true}};
  Autoencoder autoencoder(
      Config{.latent_channels = 4, .head_dim = 4, .encoder = half, .decoder = half});
  convert::randomize(*autoencoder, torch::kFloat, 1);
  return autoencoder;
}

TEST(DcAe, MakesLatentsOfPicturesAndTheReverse) {
  const torch::NoGradGuard no_grad;
  const auto autoencoder = small();
  const auto latents = autoencoder->encode(torch::randn({2, 3, 6, 10}));
  EXPECT_EQ(latents.sizes(), (std::vector<int64_t>{2, 4, 3, 5}));
  EXPECT_EQ(autoencoder->decode(latents).sizes(), (std::vector<int64_t>{2, 3, 6, 10}));
}

TEST(DcAe, DecodesTogetherWhatItDecodesAlone) {
  const torch::NoGradGuard no_grad;
  const auto autoencoder = small();
  const auto latents = torch::randn({2, 4, 3, 5});
  const auto together = autoencoder->decode(latents);
  for (int64_t picture = 0; picture < 2; ++picture)
    EXPECT_TRUE(torch::allclose(together.narrow(0, picture, 1),
                                autoencoder->decode(latents.narrow(0, picture, 1)), 1e-4, 1e-5));
}

// Without a gradient maps are overwritten where they can be.
TEST(DcAe, ComputesTheSameWithAndWithoutGradients) {
  const auto autoencoder = small();
  const auto latents = torch::randn({1, 4, 3, 5}), pixels = torch::randn({1, 3, 6, 10});
  const auto before = latents.clone();
  const auto decoded = autoencoder->decode(latents).detach();
  const auto encoded = autoencoder->encode(pixels).detach();
  const torch::InferenceMode no_autograd;
  EXPECT_TRUE(torch::allclose(autoencoder->decode(latents), decoded, 1e-4, 1e-5));
  EXPECT_TRUE(torch::allclose(autoencoder->encode(pixels), encoded, 1e-4, 1e-5));
  EXPECT_TRUE(torch::equal(latents, before));
}

TEST(DcAe, RefusesPicturesThatDoNotDivideIntoLatents) {
  EXPECT_EQ(test::error_of([] {
              small()->encode(torch::zeros({1, 3, 6, 5}));
            }),
            "a picture of 5x6 pixels: both sides must be multiples of 2");
}

}  // namespace
}  // namespace unipic::dc_ae
