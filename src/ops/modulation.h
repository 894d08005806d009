#pragma once

#include <ATen/core/Tensor.h>

// How diffusion networks let time and prompt act on tokens: B batch, T tokens, D width. Our own
// kernels, without a gradient, do it where `own_kernel` and the tensors are bf16 on a CPU.

namespace unipic::ops {

// normed · (1 + scale) + shift.
at::Tensor modulate(const at::Tensor& normed, const at::Tensor& shift, const at::Tensor& scale);

// Layer norm of x without weights, modulated.
at::Tensor modulated_norm(const at::Tensor& x_BTD, const at::Tensor& shift_B1D,
                          const at::Tensor& scale_B1D, double eps, bool own_kernel);

// x + gate · y.
at::Tensor gated_sum(const at::Tensor& x_BTD, const at::Tensor& gate_B1D, const at::Tensor& y_BTD,
                     bool own_kernel);

}  // namespace unipic::ops
