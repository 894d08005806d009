#pragma once

#include <ATen/core/Tensor.h>

// B batch, H query heads, G key-value heads (H is a multiple of G), T queries, S keys, K head
// width.

namespace unipic::ops {

// softmax(q·kᵀ / sqrt(K) + mask) · v for every head, softmax in fp32. Query head h reads key-value
// head h / (H / G). `mask` is undefined or added to the scores: [B or 1, 1, T, S] in q's dtype.
// Our own kernel, without a gradient, does it where `own_kernel` and there is one for such tensors.
at::Tensor attention(const at::Tensor& q_BHTK, const at::Tensor& k_BGSK, const at::Tensor& v_BGSK,
                     const at::Tensor& mask = {}, bool own_kernel = false);

}  // namespace unipic::ops
