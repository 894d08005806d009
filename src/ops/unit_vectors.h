#pragma once

#include <ATen/core/Tensor.h>

namespace unipic::ops {

// The vectors along the last dimension at a length of 1, in fp32; those shorter than 1e-12 are
// divided by that.
at::Tensor unit_vectors(const at::Tensor& x);

}  // namespace unipic::ops
