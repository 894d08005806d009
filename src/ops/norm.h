#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

// Normalisations; statistics are fp32 whatever the dtype of `x`.

namespace unipic::ops {

// (x - mean) / sqrt(variance + eps) · weight + bias over the last dimension; `weight` and `bias`
// may be undefined.
at::Tensor layer_norm(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                      double eps);

// x / sqrt(mean(x²) + eps) · weight over the last dimension.
at::Tensor rms_norm(const at::Tensor& x, const at::Tensor& weight, double eps);
// The same of bf16 on a CPU by our own kernel, with an fp32 weight, without a gradient.
at::Tensor rms_norm_own(const at::Tensor& x, const std::vector<float>& weight, double eps);

// Group normalisation of [B, C, ...] over the channels of a group and all positions.
at::Tensor group_norm(const at::Tensor& x, int64_t num_groups, const at::Tensor& weight,
                      const at::Tensor& bias, double eps);

// The same of x_BCHW in bf16 on a CPU by our own kernel, with fp32 `weight` and `bias` [C] and SiLU
// of the result if asked for: channels last, without a gradient.
at::Tensor group_norm_last(const at::Tensor& x_BCHW, int64_t num_groups,
                           const std::vector<float>& weight, const std::vector<float>& bias,
                           double eps, bool silu);

}  // namespace unipic::ops
