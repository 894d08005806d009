#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

// Flow matching (Lipman et al. 2023) with the shifted noise levels of Stable Diffusion 3 (Esser et
// al. 2024; specs/unipic2.md §7): x at level sigma is (1 - sigma) · data + sigma · noise, and a
// network predicts noise - data.

namespace unipic::diffusion {

struct FlowSchedule {
  std::vector<float> sigmas;     // descending; ends with 0 where it is to be walked
  std::vector<float> timesteps;  // what the network is told: 1000 · sigma
};

// The levels that training draws from, 1000 without a final 0.
FlowSchedule flow_training_schedule(double shift);

// `num_steps` levels to walk and a final 0. As published, the shift is applied twice.
FlowSchedule flow_schedule(int64_t num_steps, double shift);

// One step of Euler's method from level `step` to the next, in fp32; the result has x's type.
at::Tensor flow_step(const FlowSchedule& schedule, int64_t step, const at::Tensor& x,
                     const at::Tensor& velocity);

}  // namespace unipic::diffusion
