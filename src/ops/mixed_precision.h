#pragma once

#include <ATen/core/Tensor.h>

namespace unipic::ops {

// While it lives, matrix products and attention on `device` run in `dtype` on weights that stay
// fp32, and everything else in fp32. fp32 as `dtype` turns that off.
class MixedPrecision {
 public:
  MixedPrecision(at::ScalarType dtype, at::Device device);
  MixedPrecision(const MixedPrecision&) = delete;
  MixedPrecision& operator=(const MixedPrecision&) = delete;
  ~MixedPrecision();

 private:
  const at::DeviceType device_;
  const bool was_enabled_;
  const at::ScalarType previous_;
};

// The type in which matrix products of fp32 tensors now run on `device`.
at::ScalarType current_compute_type(at::Device device);

}  // namespace unipic::ops
