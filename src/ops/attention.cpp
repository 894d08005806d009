#include "ops/attention.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/repeat_interleave.h>
#include <ATen/ops/scaled_dot_product_attention.h>
#include <ATen/ops/softmax.h>

#include <cmath>
#include <optional>

#include "ops/mixed_precision.h"

namespace unipic::ops {
namespace {

// The backward pass of LibTorch's fused attention multiplies one head's blocks at a time. In bf16
// on a CPU that costs several times what products of all heads at once do (measured up to 140
// positions, docs/performance.md); the scores of long sequences would take too much memory.
bool is_fused_slower(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v) {
  constexpr int64_t kLongestUnfused = 384;
  const bool learns =
      at::GradMode::is_enabled() && (q.requires_grad() || k.requires_grad() || v.requires_grad());
  const bool in_bf16 =
      q.scalar_type() == at::kBFloat16 || current_compute_type(q.device()) == at::kBFloat16;
  return learns && in_bf16 && q.is_cpu() && q.size(-2) <= kLongestUnfused &&
         k.size(-2) <= kLongestUnfused;
}

at::Tensor unfused_attention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                             const at::Tensor& mask) {
  auto scores = at::matmul(q / std::sqrt(static_cast<double>(q.size(-1))), k.transpose(-2, -1));
  if (mask.defined()) scores = scores + mask;
  return at::matmul(at::softmax(scores, -1, at::kFloat).to(scores.scalar_type()), v);
}

at::Tensor dense_attention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                           const at::Tensor& mask) {
  if (is_fused_slower(q, k, v)) return unfused_attention(q, k, v, mask);
  return at::scaled_dot_product_attention(q, k, v,
                                          mask.defined() ? std::optional(mask) : std::nullopt);
}

}  // namespace

at::Tensor attention(const at::Tensor& q_BHTK, const at::Tensor& k_BGSK, const at::Tensor& v_BGSK,
                     const at::Tensor& mask) {
  const int64_t num_groups = k_BGSK.size(1);
  const int64_t queries_per_group = q_BHTK.size(1) / num_groups;
  if (queries_per_group == 1) return dense_attention(q_BHTK, k_BGSK, v_BGSK, mask);

  // One query a head (decoding): the heads of a group become rows, so that keys are not copied.
  if (q_BHTK.size(2) == 1) {
    const auto q_BGRK = q_BHTK.unflatten(1, {num_groups, queries_per_group}).squeeze(3);
    return dense_attention(q_BGRK, k_BGSK, v_BGSK, mask).flatten(1, 2).unsqueeze(2);
  }
  return dense_attention(q_BHTK, k_BGSK.repeat_interleave(queries_per_group, /*dim=*/1),
                         v_BGSK.repeat_interleave(queries_per_group, /*dim=*/1), mask);
}

}  // namespace unipic::ops
