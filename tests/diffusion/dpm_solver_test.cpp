#include "diffusion/dpm_solver.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace unipic::diffusion {
namespace {

TEST(DpmSolver, FindsThePointThatEveryVelocityComesFrom) {
  // With data x0 the velocity at x is (x - x0) / sigma; whatever the steps, the walk ends there.
  const auto data = at::tensor({0.25, -1.5, 3.0}, at::kDouble).unsqueeze(0);
  for (const int64_t num_steps : {1, 2, 7}) {
    DpmSolver solver(dpm_schedule(num_steps, 3.0), at::ones({1, 3}, at::kDouble));
    while (!solver.is_done()) {
      const double sigma = dpm_schedule(num_steps, 3.0).sigmas[static_cast<size_t>(solver.step())];
      solver.advance((solver.sample() - data) / sigma);
    }
    EXPECT_LT((solver.sample() - data).abs().max().item<double>(), 1e-6) << num_steps;
  }
}

TEST(DpmSchedule, BeginsAtThePublishedLevel) {
  const auto schedule = dpm_schedule(20, 3.0);
  EXPECT_EQ(schedule.timesteps.front(), 999);
  EXPECT_NEAR(schedule.sigmas.front(), 0.999667, 1e-6);
  EXPECT_EQ(schedule.sigmas.back(), 0);
  EXPECT_EQ(schedule.sigmas.size(), 21U);
}

TEST(DpmSolver, GoesOnWithSomeRows) {
  DpmSolver both(dpm_schedule(3, 3.0), at::tensor({1.0, 2.0}).unsqueeze(1));
  DpmSolver second(dpm_schedule(3, 3.0), at::tensor({2.0}).unsqueeze(1));
  both.advance(at::tensor({0.1, 0.2}).unsqueeze(1));
  second.advance(at::tensor({0.2}).unsqueeze(1));
  both.keep(at::tensor({int64_t{1}}));
  both.advance(at::tensor({0.3}).unsqueeze(1));
  second.advance(at::tensor({0.3}).unsqueeze(1));
  EXPECT_TRUE(at::equal(both.sample(), second.sample()));
}

}  // namespace
}  // namespace unipic::diffusion
