#include "models/unipic2/training_draws.h"

#include <gtest/gtest.h>

namespace unipic::unipic2 {
namespace {

TEST(FlowDraws, OfAPictureAreTheSameInAnyBatch) {
  for (const auto levels : {NoiseLevels::kUniform, NoiseLevels::kLogitNormal}) {
    const auto whole = training_draws(3, {.draw = 9}, {5, 4, 2, 3}, levels);
    const auto part = training_draws(3, {.draw = 9, .first = 2}, {2, 4, 2, 3}, levels);
    EXPECT_TRUE(torch::equal(part.shares_B, whole.shares_B.narrow(0, 2, 2)));
    EXPECT_TRUE(torch::equal(part.noise_BCHW, whole.noise_BCHW.narrow(0, 2, 2)));
    EXPECT_TRUE(torch::equal(part.source_BCHW, whole.source_BCHW.narrow(0, 2, 2)));
    EXPECT_FALSE(torch::equal(whole.noise_BCHW, whole.latent_BCHW));
    for (const uint64_t other : {uint64_t{10}, (uint64_t{1} << 32) + 9}) {
      const auto draws = training_draws(3, {.draw = other}, {5, 4, 2, 3}, levels);
      EXPECT_FALSE(torch::equal(draws.noise_BCHW, whole.noise_BCHW)) << other;
      EXPECT_FALSE(torch::equal(draws.shares_B, whole.shares_B)) << other;
    }
  }
}

TEST(FlowDraws, SpreadNoiseLevelsAsAsked) {
  const auto shares = [](NoiseLevels levels) {
    return training_draws(1, {}, {4000, 1, 1, 1}, levels).shares_B;
  };
  const auto uniform = shares(NoiseLevels::kUniform);
  EXPECT_NEAR(uniform.mean().item<double>(), 0.5, 0.02);
  EXPECT_NEAR(uniform.std().item<double>(), 0.2887, 0.01);
  const auto logits = shares(NoiseLevels::kLogitNormal).logit();
  EXPECT_NEAR(logits.mean().item<double>(), 0.0, 0.05);
  EXPECT_NEAR(logits.std().item<double>(), 1.0, 0.05);
  EXPECT_TRUE(torch::allclose(measuring_draws(1, {}, {4, 1, 1, 1}).shares_B,
                              torch::tensor({0.125F, 0.375F, 0.625F, 0.875F})));
}

}  // namespace
}  // namespace unipic::unipic2
