#pragma once

#include <ATen/core/Tensor.h>

// How diffusion networks are told the time.

namespace unipic::nn {

inline constexpr int64_t kTimestepFeatures = 256;

// [cos(t·f) | sin(t·f)] for 128 frequencies f from 1 down to almost 1/10000 of timesteps t [N]:
// [N, kTimestepFeatures], fp32.
at::Tensor timestep_features(const at::Tensor& timesteps_N);

}  // namespace unipic::nn
