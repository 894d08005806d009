#pragma once

#include <ATen/core/Tensor.h>

// Normalisations; statistics are fp32 whatever the dtype of `x`.

namespace unipic::ops {

// (x - mean) / sqrt(variance + eps) · weight + bias over the last dimension; `weight` and `bias`
// may be undefined.
at::Tensor layer_norm(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                      double eps);

// x / sqrt(mean(x²) + eps) · weight over the last dimension.
at::Tensor rms_norm(const at::Tensor& x, const at::Tensor& weight, double eps);

// Group normalisation of [B, C, ...] over the channels of a group and all positions.
at::Tensor group_norm(const at::Tensor& x, int64_t num_groups, const at::Tensor& weight,
                      const at::Tensor& bias, double eps);

}  // namespace unipic::ops
