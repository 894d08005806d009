#include "diffusion/flow_match.h"

#include <gtest/gtest.h>

#include <torch/types.h>

#include "support/error.h"

namespace unipic::diffusion {
namespace {

TEST(FlowSchedule, WithoutAShiftIsStraight) {
  const auto schedule = flow_schedule(4, 1.0);
  ASSERT_EQ(schedule.sigmas.size(), 5U);
  EXPECT_FLOAT_EQ(schedule.sigmas[0], 1);
  EXPECT_FLOAT_EQ(schedule.sigmas[3], 0.001F);
  EXPECT_EQ(schedule.sigmas[4], 0);
  EXPECT_FLOAT_EQ(schedule.sigmas[0] - schedule.sigmas[1], schedule.sigmas[1] - schedule.sigmas[2]);
}

TEST(FlowSchedule, OfOneStepGoesAllTheWay) {
  const auto schedule = flow_schedule(1, 3.0);
  EXPECT_EQ(schedule.sigmas, (std::vector<float>{1, 0}));
  const auto noise = torch::full({2}, 5.0), data = torch::full({2}, 2.0);
  EXPECT_TRUE(torch::equal(flow_step(schedule, 0, noise, noise - data), data));
}

TEST(FlowSchedule, TakesOneToAThousandSteps) {
  EXPECT_EQ(test::error_of([] { flow_schedule(0, 3.0); }), "0 steps, not within 1..1000");
  EXPECT_EQ(test::error_of([] { flow_schedule(1001, 3.0); }), "1001 steps, not within 1..1000");
}

TEST(FlowStep, KeepsTheTypeOfThePicture) {
  const auto x = torch::ones({3}, torch::kBFloat16);
  EXPECT_EQ(flow_step(flow_schedule(2, 3.0), 0, x, x).scalar_type(), torch::kBFloat16);
}

}  // namespace
}  // namespace unipic::diffusion
