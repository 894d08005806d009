#include "diffusion/flow_match.h"

#include <ATen/ATen.h>

#include "base/check.h"

namespace unipic::diffusion {
namespace {

constexpr int64_t kTrainingLevels = 1000;

double shifted(double sigma, double shift) { return shift * sigma / (1 + (shift - 1) * sigma); }

void add_level(FlowSchedule& schedule, double sigma) {
  const auto level = static_cast<float>(sigma);
  schedule.sigmas.push_back(level);
  schedule.timesteps.push_back(level * static_cast<float>(kTrainingLevels));
}

}  // namespace

FlowSchedule flow_training_schedule(double shift) {
  FlowSchedule schedule;
  for (int64_t level = kTrainingLevels; level >= 1; --level)
    add_level(schedule, shifted(static_cast<double>(level) / kTrainingLevels, shift));
  return schedule;
}

FlowSchedule flow_schedule(int64_t num_steps, double shift) {
  check_usage(num_steps >= 1 && num_steps <= kTrainingLevels, "{} steps, not within 1..{}",
              num_steps, kTrainingLevels);
  const double last = shifted(1.0 / kTrainingLevels, shift);
  FlowSchedule schedule;
  for (int64_t step = 0; step < num_steps; ++step) {
    const double share =
        num_steps == 1 ? 0 : static_cast<double>(step) / static_cast<double>(num_steps - 1);
    add_level(schedule, shifted(1 + share * (last - 1), shift));
  }
  schedule.sigmas.push_back(0);
  return schedule;
}

at::Tensor flow_step(const FlowSchedule& schedule, int64_t step, const at::Tensor& x,
                     const at::Tensor& velocity) {
  const auto at_step = static_cast<size_t>(step);
  const float change = schedule.sigmas.at(at_step + 1) - schedule.sigmas.at(at_step);
  return (x.to(at::kFloat) + change * velocity.to(at::kFloat)).to(x.scalar_type());
}

}  // namespace unipic::diffusion
