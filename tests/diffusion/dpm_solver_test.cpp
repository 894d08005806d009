#include "diffusion/dpm_solver.h"

#include <gtest/gtest.h>

#include <torch/types.h>

#include <cmath>

#include "support/error.h"

namespace unipic::diffusion {
namespace {

TEST(DpmSchedule, DescendsToZeroAndRoundsTimestepsDown) {
  const auto schedule = dpm_schedule(20, 3.0);
  ASSERT_EQ(schedule.sigmas.size(), 21U);
  EXPECT_FLOAT_EQ(schedule.sigmas[0], static_cast<float>(3 * 0.999 / (1 + 2 * 0.999)));
  EXPECT_EQ(schedule.sigmas.back(), 0);
  for (size_t step = 0; step < 20; ++step) {
    EXPECT_GT(schedule.sigmas[step], schedule.sigmas[step + 1]);
    EXPECT_EQ(schedule.timesteps[step], std::floor(1000 * schedule.sigmas[step]));
  }
}

TEST(DpmSchedule, TakesOneToAThousandSteps) {
  EXPECT_EQ(test::error_of([] { dpm_schedule(0, 3.0); }), "0 steps, not within 1..1000");
  EXPECT_EQ(test::error_of([] { dpm_schedule(1001, 3.0); }), "1001 steps, not within 1..1000");
  EXPECT_EQ(dpm_schedule(1000, 3.0).timesteps.back(), 2);
}

// What lies between data and noise at a level of the schedule.
at::Tensor between(const at::Tensor& data, const at::Tensor& noise, double sigma) {
  return (1 - sigma) * data + sigma * noise;
}

TEST(DpmSolver, KeepsToTheStraightWayToDataThatItIsSureOf) {
  const auto data = torch::randn({2, 3, 4, 4}), noise = torch::randn({2, 3, 4, 4});
  for (const int64_t num_steps : {1, 2, 7}) {
    const auto schedule = dpm_schedule(num_steps, 3.0);
    DpmSolver solver(schedule, between(data, noise, schedule.sigmas[0]));
    while (!solver.is_done()) {
      solver.advance(noise - data);
      EXPECT_TRUE(torch::allclose(solver.heading(), data, 1e-4, 1e-4));
      const auto sigma = schedule.sigmas[static_cast<size_t>(solver.step())];
      EXPECT_TRUE(torch::allclose(solver.sample(), between(data, noise, sigma), 1e-4, 1e-4));
    }
  }
}

// How far the solution of dx/dsigma = x · cos(sigma) is missed, times the square of the number of
// steps.
double error_after(int64_t num_steps) {
  const auto options = torch::dtype(torch::kDouble);
  const auto velocity = [](const at::Tensor& x, double sigma) { return x * std::cos(sigma); };
  const auto schedule = dpm_schedule(num_steps, 1.0);
  DpmSolver solver(schedule, torch::ones({1}, options));
  for (int64_t step = 0; step + 1 < num_steps; ++step)
    solver.advance(velocity(solver.sample(), schedule.sigmas[static_cast<size_t>(step)]));
  const double first = schedule.sigmas[0],
               last = schedule.sigmas[static_cast<size_t>(num_steps) - 1];
  const double exact = std::exp(std::sin(last) - std::sin(first));
  return std::abs(solver.sample().item<double>() - exact) *
         static_cast<double>(num_steps * num_steps);
}

TEST(DpmSolver, IsOfTheSecondOrder) { EXPECT_LT(error_after(160), 2 * error_after(40)); }

TEST(DpmSolver, GoesOnWithTheRowsThatAreKept) {
  const auto noise = torch::randn({3, 2}), first = torch::randn({3, 2});
  const auto rows = torch::tensor({2, 0});
  DpmSolver all(dpm_schedule(4, 3.0), noise), some(dpm_schedule(4, 3.0), noise);
  all.advance(first);
  some.advance(first);
  some.keep(rows);
  const auto second = torch::randn({3, 2});
  all.advance(second);
  some.advance(second.index_select(0, rows));
  EXPECT_TRUE(torch::equal(some.sample(), all.sample().index_select(0, rows)));
  EXPECT_TRUE(torch::equal(some.heading(), all.heading().index_select(0, rows)));
}

}  // namespace
}  // namespace unipic::diffusion
