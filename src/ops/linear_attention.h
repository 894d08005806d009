#pragma once

#include <ATen/core/Tensor.h>

// B batch, H heads, T tokens, K head width.

namespace unipic::ops {

// Attention whose weights are products of relu(q) and relu(k), so that its cost grows with T alone
// (Katharopoulos et al. 2020): sum_s (relu(k_s) · relu(q_t)) v_s / (sum_s relu(k_s) · relu(q_t) +
// 1e-15), in fp32; the result has q's type.
at::Tensor relu_linear_attention(const at::Tensor& q_BHTK, const at::Tensor& k_BHTK,
                                 const at::Tensor& v_BHTK);

}  // namespace unipic::ops
