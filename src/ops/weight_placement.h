#pragma once

#include <torch/types.h>

namespace unipic::ops {

// The type and place of weights.
struct Placement {
  torch::ScalarType dtype = torch::kFloat;
  torch::Device device = torch::kCPU;
};

}  // namespace unipic::ops
