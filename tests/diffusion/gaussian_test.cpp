#include "diffusion/gaussian.h"

#include <gtest/gtest.h>

#include "support/close.h"
#include "support/error.h"

namespace unipic::diffusion {
namespace {

TEST(GaussianDiffusion, RespacingToEveryStepChangesNothing) {
  const auto base = cosine_schedule();
  const auto same = respace(base, base.num_steps());
  EXPECT_EQ(same.timesteps, base.timesteps);
  for (size_t step = 0; step < base.betas.size(); ++step) {
    EXPECT_NEAR(same.alphas_cumprod[step], base.alphas_cumprod[step], 1e-12);
  }
}

TEST(GaussianDiffusion, RespacingKeepsTheNoiseAtTheStepsItKeeps) {
  const auto base = cosine_schedule();
  const auto few = respace(base, 100);
  ASSERT_EQ(few.num_steps(), 100);
  EXPECT_EQ(few.timesteps.back(), 999);
  for (size_t step = 0; step < few.betas.size(); ++step) {
    EXPECT_NEAR(few.alphas_cumprod[step],
                base.alphas_cumprod[static_cast<size_t>(few.timesteps[step])], 1e-12);
  }
}

TEST(GaussianDiffusion, APerfectNoisePredictionRecoversTheCleanSampleAtTheLastStep) {
  torch::manual_seed(3);
  const auto schedule = respace(cosine_schedule(), 50);
  const auto clean = torch::randn({4, 8});
  const auto noise = torch::randn({4, 8});
  const auto noisy = add_noise(schedule, clean, torch::zeros({4}, torch::kLong), noise);
  const auto out = sample_step(schedule, 0, noisy, {noise, torch::zeros({4, 8})}, {});
  EXPECT_TRUE(test::is_close(out, clean, 1e-4));
}

TEST(GaussianDiffusion, AddsNoiseInProportion) {
  torch::manual_seed(4);
  const auto schedule = respace(cosine_schedule(), 10);
  const Prediction prediction = {torch::randn({2, 3}), torch::randn({2, 3})};
  const auto x = torch::randn({2, 3});
  const auto noise = torch::randn({2, 3});
  const auto mean = sample_step(schedule, 5, x, prediction, torch::zeros({2, 3}));
  const auto once = sample_step(schedule, 5, x, prediction, noise) - mean;
  const auto twice = sample_step(schedule, 5, x, prediction, 2 * noise) - mean;
  EXPECT_GT(once.norm().item<float>(), 0.1F);
  EXPECT_TRUE(test::is_close(twice, 2 * once, 1e-5));
}

TEST(GaussianDiffusion, OnlyTheVarianceLearnsFromTheVariationalBound) {
  torch::manual_seed(5);
  const auto schedule = cosine_schedule();
  const auto clean = torch::randn({6, 4});
  const auto noise = torch::randn({6, 4});
  const auto steps = torch::tensor({0, 1, 10, 400, 900, 999});
  const auto predicted = torch::randn({6, 4}).requires_grad_();
  const auto variance = torch::zeros({6, 4}).requires_grad_();
  const auto losses = training_losses(schedule, clean, add_noise(schedule, clean, steps, noise),
                                      steps, noise, {predicted, variance});
  losses.variational_N.sum().backward();
  EXPECT_FALSE(predicted.grad().defined());
  EXPECT_TRUE(variance.grad().abs().sum().item<float>() > 0);
}

TEST(GaussianDiffusion, RefusesImpossibleStepCounts) {
  EXPECT_EQ(test::error_of([] { respace(cosine_schedule(), 1); }),
            "1 diffusion steps, not within 2..1000");
  EXPECT_EQ(test::error_of([] { respace(cosine_schedule(), 1001); }),
            "1001 diffusion steps, not within 2..1000");
}

}  // namespace
}  // namespace unipic::diffusion
