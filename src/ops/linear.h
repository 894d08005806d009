#pragma once

#include <ATen/core/Tensor.h>

namespace unipic::ops {

// x[..., N] · weight[M, N]ᵀ + bias[M], all of one dtype.
at::Tensor linear(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias);

}  // namespace unipic::ops
