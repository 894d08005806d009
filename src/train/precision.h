#pragma once

#include <torch/torch.h>

#include "train/settings.h"

namespace unipic::train {

// The type of matrix products on `device`.
torch::ScalarType compute_type(Precision precision, torch::Device device);

// While it lives, matrix products and attention run in `dtype` on weights that stay fp32, and
// everything else in fp32. Does nothing for fp32.
class MixedPrecision {
 public:
  MixedPrecision(torch::ScalarType dtype, torch::Device device);
  MixedPrecision(const MixedPrecision&) = delete;
  MixedPrecision& operator=(const MixedPrecision&) = delete;
  ~MixedPrecision();

 private:
  const torch::DeviceType device_;
  const bool was_enabled_;
  const torch::ScalarType previous_;
};

}  // namespace unipic::train
