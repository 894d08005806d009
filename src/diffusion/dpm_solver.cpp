#include "diffusion/dpm_solver.h"

#include <ATen/ATen.h>

#include <cmath>
#include <utility>

#include "base/check.h"

namespace unipic::diffusion {
namespace {

constexpr double kNumTrainingSteps = 1000;

}  // namespace

DpmSchedule dpm_schedule(int64_t num_steps, double shift) {
  constexpr auto kMostSteps = static_cast<int64_t>(kNumTrainingSteps);
  check_usage(num_steps >= 1 && num_steps <= kMostSteps, "{} steps, not within 1..{}", num_steps,
              kMostSteps);
  DpmSchedule schedule;
  for (int64_t level = num_steps; level >= 1; --level) {
    const double share =
        static_cast<double>(level) * (1 - 1 / kNumTrainingSteps) / static_cast<double>(num_steps);
    const double sigma = shift * share / (1 + (shift - 1) * share);
    schedule.sigmas.push_back(static_cast<float>(sigma));
    schedule.timesteps.push_back(static_cast<int64_t>(kNumTrainingSteps * sigma));
  }
  schedule.sigmas.push_back(0);
  return schedule;
}

DpmSolver::DpmSolver(DpmSchedule schedule, at::Tensor noise)
    : schedule_(std::move(schedule)), sample_(std::move(noise)) {}

double DpmSolver::lambda(int64_t level) const {
  const double sigma = schedule_.sigmas[static_cast<size_t>(level)];
  return std::log(1 - sigma) - std::log(sigma);
}

void DpmSolver::advance(const at::Tensor& velocity) {
  const double sigma = schedule_.sigmas[static_cast<size_t>(step_)];
  const double next_sigma = schedule_.sigmas[static_cast<size_t>(step_ + 1)];
  const auto previous = heading_;
  heading_ = sample_ - sigma * velocity.to(sample_.scalar_type());
  const bool is_last = step_ + 1 == num_steps();
  if (is_last) {
    sample_ = heading_;
  } else {
    const double h = lambda(step_ + 1) - lambda(step_);
    const double toward = (1 - next_sigma) * std::expm1(-h);
    sample_ = next_sigma / sigma * sample_ - toward * heading_;
    if (previous.defined()) {
      const double ratio = (lambda(step_) - lambda(step_ - 1)) / h;
      sample_ = sample_ - 0.5 * toward * (heading_ - previous) / ratio;
    }
  }
  ++step_;
}

void DpmSolver::keep(const at::Tensor& rows) {
  sample_ = sample_.index_select(0, rows);
  if (heading_.defined()) heading_ = heading_.index_select(0, rows);
}

}  // namespace unipic::diffusion
