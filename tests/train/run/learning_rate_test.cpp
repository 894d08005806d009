#include "train/run/learning_rate.h"

#include <gtest/gtest.h>

#include <cmath>

#include "support/error.h"

namespace unipic::train {
namespace {

using enum LearningRateShape;

TEST(LearningRate, GrowsFromItsStartToThePeakAtTheLastStepOfTheWarmUp) {
  const LearningRateSchedule schedule{
      .shape = kConstant, .peak = 2.0, .num_steps = 100, .warmup_steps = 5};
  EXPECT_DOUBLE_EQ(schedule.at(0), 2e-5);
  EXPECT_DOUBLE_EQ(schedule.at(1), 2 * (1e-5 + 0.25 * (1 - 1e-5)));
  EXPECT_DOUBLE_EQ(schedule.at(2), 1.00001);
  EXPECT_DOUBLE_EQ(schedule.at(3), 2 * (1e-5 + 0.75 * (1 - 1e-5)));
  EXPECT_DOUBLE_EQ(schedule.at(4), 2.0);
  EXPECT_DOUBLE_EQ(schedule.at(5), 2.0);
  EXPECT_DOUBLE_EQ(schedule.at(1'000'000), 2.0);
}

TEST(LearningRate, FollowsACosineFromThePeakToNothing) {
  const LearningRateSchedule schedule{.peak = 4.0, .num_steps = 14, .warmup_steps = 2};
  EXPECT_DOUBLE_EQ(schedule.at(1), 4.0);
  EXPECT_DOUBLE_EQ(schedule.at(2), 4.0);
  EXPECT_NEAR(schedule.at(4), 2 * (1 + std::sqrt(3) / 2), 1e-12);  // a sixth of the way
  EXPECT_NEAR(schedule.at(5), 2 * (1 + std::sqrt(2) / 2), 1e-12);
  EXPECT_NEAR(schedule.at(6), 3.0, 1e-12);
  EXPECT_NEAR(schedule.at(8), 2.0, 1e-12);
  EXPECT_NEAR(schedule.at(10), 1.0, 1e-12);
  EXPECT_NEAR(schedule.at(13), 2 * (1 - std::cos(std::acos(-1) / 12)), 1e-12);
  EXPECT_EQ(schedule.at(14), 0.0);
  EXPECT_EQ(schedule.at(15), 0.0);
}

// The rates of a warm-up of 4 steps from 1e-5 and a cosine over the 6 after it, computed step from
// step, each from the one before, as the schedulers of the reference implementation do.
TEST(LearningRate, AgreesWithTheRecursionOfTheReference) {
  const LearningRateSchedule schedule{.peak = 1.0, .num_steps = 10, .warmup_steps = 4};
  double rate = 1e-5;
  EXPECT_DOUBLE_EQ(schedule.at(0), rate);
  for (int64_t step = 1; step < 4; ++step) {
    rate *= 1 + (1 - 1e-5) / (3 * 1e-5 + static_cast<double>(step - 1) * (1 - 1e-5));
    EXPECT_NEAR(schedule.at(step), rate, 1e-12) << step;
  }
  EXPECT_NEAR(schedule.at(4), rate, 1e-12);
  const auto height = [](int64_t k) {
    return 1 + std::cos(std::acos(-1) * static_cast<double>(k) / 6.0);
  };
  for (int64_t step = 5; step < 10; ++step) {
    rate *= height(step - 4) / height(step - 5);
    EXPECT_NEAR(schedule.at(step), rate, 1e-12) << step;
  }
}

TEST(LearningRate, EndsAtItsFloor) {
  const LearningRateSchedule cosine{.peak = 10.0, .num_steps = 4, .floor = 0.1};
  EXPECT_DOUBLE_EQ(cosine.at(0), 10.0);
  EXPECT_NEAR(cosine.at(2), 5.5, 1e-12);
  EXPECT_DOUBLE_EQ(cosine.at(4), 1.0);
}

TEST(LearningRate, StaysStableAndThenDecaysLinearly) {
  const LearningRateSchedule schedule{.shape = kWarmupStableDecay,
                                      .peak = 8.0,
                                      .num_steps = 20,
                                      .warmup_steps = 3,
                                      .decay_steps = 4,
                                      .floor = 0.5};
  EXPECT_DOUBLE_EQ(schedule.at(2), 8.0);
  EXPECT_DOUBLE_EQ(schedule.at(15), 8.0);
  EXPECT_DOUBLE_EQ(schedule.at(16), 8.0);
  EXPECT_DOUBLE_EQ(schedule.at(17), 7.0);
  EXPECT_DOUBLE_EQ(schedule.at(18), 6.0);
  EXPECT_DOUBLE_EQ(schedule.at(19), 5.0);
  EXPECT_DOUBLE_EQ(schedule.at(20), 4.0);
}

TEST(LearningRate, WithOneStepOfWarmUpBeginsAtThePeak) {
  const LearningRateSchedule schedule{.peak = 3.0, .num_steps = 10, .warmup_steps = 1};
  EXPECT_DOUBLE_EQ(schedule.at(0), 3.0);
}

TEST(LearningRate, RefusesSchedulesThatMakeNoSense) {
  const auto error_of = [](const LearningRateSchedule& schedule) {
    return test::error_of([&] { schedule.validate(); });
  };
  EXPECT_EQ(error_of({.num_steps = 10, .warmup_steps = 10}), "no error");
  EXPECT_EQ(error_of({.num_steps = 10, .warmup_steps = 11}),
            "learning rate: 11 steps of warm-up in a schedule of 10");
  EXPECT_EQ(error_of({.num_steps = 0}), "learning rate: a schedule of 0 steps");
  EXPECT_EQ(error_of({.peak = -1}), "learning rate: the peak -1 is below 0");
  EXPECT_EQ(error_of({.floor = 1.5}), "learning rate: the floor 1.5 is not between 0 and 1");
  EXPECT_EQ(
      error_of({.shape = kWarmupStableDecay, .num_steps = 10, .warmup_steps = 5, .decay_steps = 6}),
      "learning rate: 6 steps of decay after 5 of warm-up in a schedule of 10");
}

}  // namespace
}  // namespace unipic::train
