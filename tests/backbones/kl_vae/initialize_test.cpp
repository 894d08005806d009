#include "backbones/kl_vae/initialize.h"

#include <gtest/gtest.h>

#include "backbones/kl_vae/loss.h"

namespace unipic::kl_vae {
namespace {

TEST(InitializeVae, StartsGreyWithLatentsOfLittleNoise) {
  Autoencoder vae(Config{.base_channels = 8,
                         .multipliers = {1, 2},
                         .num_res_blocks = 1,
                         .latent_channels = 4,
                         .norm_groups = 4,
                         .encoder_attention_levels = {}});
  initialize(vae, 7);
  torch::manual_seed(1);
  torch::NoGradGuard no_grad;
  const auto pixels = torch::rand({4, 3, 16, 16}) * 2 - 1;
  const auto moments = vae->encode_moments(pixels);
  EXPECT_TRUE(
      torch::equal(moments.log_variance_BZhw, torch::full_like(moments.log_variance_BZhw, -6.0)));
  EXPECT_GT(moments.mean_BZhw.std().item<double>(), 0.3);
  EXPECT_LT(vae->decode(moments.mean_BZhw).abs().max().item<double>(), 0.6);
}

}  // namespace
}  // namespace unipic::kl_vae
