#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

// DPM-Solver++ of the second order, multistep with midpoints (Lu et al. 2022), for networks that
// predict noise - data along x = (1 - sigma) · data + sigma · noise (specs/tar.md §5.3).

namespace unipic::diffusion {

struct DpmSchedule {
  std::vector<float> sigmas;       // descending, one more than steps; the last is 0
  std::vector<int64_t> timesteps;  // what the network is told: 1000 · sigma, rounded down
};

// `num_steps` levels, 1 to 1000, of a schedule that is shifted towards noise.
DpmSchedule dpm_schedule(int64_t num_steps, double shift);

// A walk from noise to data.
class DpmSolver {
 public:
  DpmSolver(DpmSchedule schedule, at::Tensor noise);

  int64_t step() const { return step_; }
  int64_t num_steps() const { return static_cast<int64_t>(schedule_.timesteps.size()); }
  bool is_done() const { return step_ == num_steps(); }

  // What the network is to be told with `sample`; `is_done` must be false.
  int64_t timestep() const { return schedule_.timesteps[static_cast<size_t>(step_)]; }
  const at::Tensor& sample() const { return sample_; }
  // The data that the last velocity pointed to.
  const at::Tensor& heading() const { return heading_; }

  // Goes on by the velocity that the network predicts.
  void advance(const at::Tensor& velocity);
  // Goes on with these rows alone, in this order.
  void keep(const at::Tensor& rows);

 private:
  // ln((1 - sigma) / sigma) at a level.
  double lambda(int64_t level) const;

  DpmSchedule schedule_;
  at::Tensor sample_, heading_;
  int64_t step_ = 0;
};

}  // namespace unipic::diffusion
