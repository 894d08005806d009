#include "backbones/kl_vae/loss.h"

#include <gtest/gtest.h>

#include "convert/random_weights.h"
#include "support/close.h"

namespace unipic::kl_vae {
namespace {

Autoencoder small_vae() {
  Autoencoder vae(Config{.base_channels = 8,
                         .multipliers = {1, 2},
                         .num_res_blocks = 1,
                         .latent_channels = 3,
                         .norm_groups = 4,
                         .encoder_attention_levels = {1}});
  convert::randomize(*vae, torch::kFloat, 3);
  return vae;
}

TEST(KlVaeLoss, KnowsNothingOfNoiseWhereTheVarianceIsNone) {
  torch::manual_seed(1);
  auto vae = small_vae();
  torch::NoGradGuard no_grad;
  auto parameters = vae->named_parameters();
  parameters["quant_conv.weight"].narrow(0, 3, 3).zero_();
  parameters["quant_conv.bias"].narrow(0, 3, 3).fill_(-60.0);  // clamped to -30
  const auto pixels = torch::rand({2, 3, 8, 8}) * 2 - 1;
  const auto parts = reconstruction_loss(vae, pixels, torch::randn({2, 3, 4, 4}), {});
  const auto error = vae->decode(vae->encode(pixels)) - pixels;
  EXPECT_NEAR(parts.absolute.item<double>(), error.abs().mean().item<double>(), 1e-5);
  EXPECT_NEAR(parts.squared.item<double>(), error.square().mean().item<double>(), 1e-5);
  const auto mean = vae->encode(pixels);
  EXPECT_NEAR(parts.kl.item<double>(), 0.5 * (mean.square().mean().item<double>() - 1 + 30), 1e-4);
}

TEST(KlVaeLoss, IsWhatItsPartsWeigh) {
  torch::manual_seed(2);
  const auto vae = small_vae();
  const LossWeights weights = {.absolute = 2.0, .squared = 3.0, .edges = 5.0, .kl = 7.0};
  const auto parts =
      reconstruction_loss(vae, torch::rand({1, 3, 8, 8}), torch::randn({1, 3, 4, 4}), weights);
  EXPECT_NEAR(parts.total.item<double>(),
              2 * parts.absolute.item<double>() + 3 * parts.squared.item<double>() +
                  5 * parts.edges.item<double>() + 7 * parts.kl.item<double>(),
              1e-4);
}

TEST(WhitenLatents, GivesEveryChannelTheDeviationAndChangesNoPicture) {
  torch::manual_seed(3);
  auto vae = small_vae();
  const auto pixels = torch::rand({4, 3, 16, 16}) * 2 - 1;
  torch::NoGradGuard no_grad;
  const auto before = vae->decode(vae->encode(pixels));
  const auto spread = (0.5 * vae->encode_moments(pixels).log_variance_BZhw).exp() /
                      vae->encode(pixels).transpose(0, 1).flatten(1).std(1).view({1, -1, 1, 1});
  whiten_latents(vae, pixels, 4.0);
  const auto latents = vae->encode(pixels).transpose(0, 1).flatten(1);
  EXPECT_TRUE(test::is_close(latents.std(1), torch::full({3}, 4.0), 1e-4));
  EXPECT_LT(latents.mean(1).abs().max().item<double>(), 1e-4);
  EXPECT_TRUE(test::is_close(vae->decode(vae->encode(pixels)), before, 1e-4));
  // Noise relative to the signal is the same.
  const auto spread_after = (0.5 * vae->encode_moments(pixels).log_variance_BZhw).exp() / 4.0;
  EXPECT_TRUE(test::is_close(spread_after, spread, 1e-4));
}

}  // namespace
}  // namespace unipic::kl_vae
