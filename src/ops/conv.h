#pragma once

#include <ATen/core/Tensor.h>

#include "kernels/cpu/conv2d.h"
#include "kernels/cpu/packed_linear.h"

// B pictures of H×W pixels, C channels in, N out.

namespace unipic::ops {

// Convolution as our own kernel takes it: weight [N, C, kernel, kernel] and bias [N], bf16 on a
// CPU.
kernels::SharedLinear pack_conv2d(const at::Tensor& weight, const at::Tensor& bias);

// How a kernel passes over a picture.
struct ConvSteps {
  int64_t kernel = 3, stride = 1, padding = 1;
  int64_t repeat = 1;  // see `kernels::ConvShape`
};

// The convolution of x_BCHW in bf16 by our own kernel: [B, N, H', W'], channels last, without a
// gradient. `added` of the result's shape, if it is defined, is added to it.
at::Tensor packed_conv2d(const at::Tensor& x_BCHW, const kernels::PackedLinear& weight,
                         const ConvSteps& steps, const at::Tensor& added = {});

}  // namespace unipic::ops
