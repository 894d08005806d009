#include "train/run/learning_rate.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/check.h"

namespace unipic::train {
namespace {

// From 1 to `floor` as `progress` goes from 0 to 1.
double cosine(double progress, double floor) {
  return floor + (1 - floor) * (1 + std::cos(std::numbers::pi * progress)) / 2;
}

}  // namespace

void LearningRateSchedule::validate() const {
  check_usage(peak >= 0, "learning rate: the peak {} is below 0", peak);
  check_usage(num_steps > 0, "learning rate: a schedule of {} steps", num_steps);
  check_usage(warmup_steps >= 0 && warmup_steps <= num_steps,
              "learning rate: {} steps of warm-up in a schedule of {}", warmup_steps, num_steps);
  check_usage(warmup_start >= 0 && warmup_start <= 1,
              "learning rate: warmup_start {} is not between 0 and 1", warmup_start);
  check_usage(floor >= 0 && floor <= 1, "learning rate: the floor {} is not between 0 and 1",
              floor);
  if (shape != LearningRateShape::kWarmupStableDecay) return;
  check_usage(decay_steps >= 0 && decay_steps <= num_steps - warmup_steps,
              "learning rate: {} steps of decay after {} of warm-up in a schedule of {}",
              decay_steps, warmup_steps, num_steps);
}

double LearningRateSchedule::at(int64_t step) const {
  // The factor grows over warmup_steps - 1 steps, so that the last step of the warm-up has the
  // peak, as the first one after it has. One step is too few to grow.
  if (step < warmup_steps - 1) {
    const double progress = static_cast<double>(step) / static_cast<double>(warmup_steps - 1);
    return peak * (warmup_start + (1 - warmup_start) * progress);
  }
  const auto progress_of = [&](int64_t begin) {
    if (step >= num_steps) return 1.0;
    if (step <= begin) return 0.0;
    return static_cast<double>(step - begin) / static_cast<double>(num_steps - begin);
  };
  switch (shape) {
    case LearningRateShape::kConstant:
      return peak;
    case LearningRateShape::kCosine:
      return peak * cosine(progress_of(warmup_steps), floor);
    case LearningRateShape::kWarmupStableDecay:
      if (decay_steps == 0) return peak;
      return peak * std::lerp(1.0, floor, progress_of(num_steps - decay_steps));
  }
  return peak;
}

}  // namespace unipic::train
