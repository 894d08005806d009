#pragma once

#include <ATen/core/Tensor.h>

#include "kernels/cpu/packed_linear.h"

namespace unipic::ops {

// x[..., N] · weight[M, N]ᵀ + bias[M], all of one dtype.
at::Tensor linear(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias);

using kernels::Activation;
at::Tensor activate(const at::Tensor& x, Activation activation);

// activation(linear) of x [..., K] in bf16 by our own kernel: [..., N] in bf16, without a gradient.
at::Tensor packed_linear(const at::Tensor& x, const kernels::PackedLinear& linear,
                         Activation activation = Activation::kNone);

// The same with any finish, written to or combined with dense `out` [..., N].
void packed_linear_into(const at::Tensor& out, const at::Tensor& x,
                        const kernels::PackedLinear& linear, const kernels::GemmFinish& finish);

}  // namespace unipic::ops
