#include "nn/modulation.h"

#include <ATen/ATen.h>

#include <cmath>

namespace unipic::nn {

at::Tensor timestep_features(const at::Tensor& timesteps_N) {
  constexpr int64_t kNumFrequencies = kTimestepFeatures / 2;
  constexpr double kLongestPeriod = 10000.0;
  const auto options = at::dtype(at::kFloat).device(timesteps_N.device());
  const auto frequencies =
      at::exp(-std::log(kLongestPeriod) * at::arange(kNumFrequencies, options) / kNumFrequencies);
  const auto angles = timesteps_N.to(at::kFloat).unsqueeze(1) * frequencies;
  return at::cat({angles.cos(), angles.sin()}, 1);
}

}  // namespace unipic::nn
