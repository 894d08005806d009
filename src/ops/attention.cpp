#include "ops/attention.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/repeat_interleave.h>
#include <ATen/ops/scaled_dot_product_attention.h>
#include <ATen/ops/softmax.h>

#include <cmath>
#include <optional>

#include "kernels/cpu/attention.h"
#include "ops/mixed_precision.h"
#include "ops/packing.h"

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

bool has_own_kernel(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                    const at::Tensor& mask) {
  // Fewer queries than a tile has rows leave most of it idle.
  constexpr int64_t kFewestQueries = 8;
  const auto fits = [](const at::Tensor& x) { return is_packable(x) && x.stride(-1) == 1; };
  return kernels::has_attention() && q.size(2) >= kFewestQueries && fits(q) && fits(k) && fits(v) &&
         (!mask.defined() || fits(mask));
}

kernels::HeadRows<const uint16_t> head_rows(const at::Tensor& x) {
  if (!x.defined()) return {};
  return {bf16_data(x), x.stride(0), x.stride(1), x.stride(2)};
}

at::Tensor own_attention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                         const at::Tensor& mask) {
  const int64_t batch = q.size(0), heads = q.size(1), queries = q.size(2), width = q.size(3);
  const auto out_BTHK = at::empty({batch, queries, heads, width}, q.options());
  kernels::attention(
      {.sizes = {batch, heads, k.size(1), queries, k.size(2), width},
       .q = head_rows(q),
       .k = head_rows(k),
       .v = head_rows(v),
       .mask = head_rows(mask.defined() ? mask.expand({batch, heads, queries, k.size(2)}) : mask),
       .scale = static_cast<float>(1 / std::sqrt(static_cast<double>(width))),
       .out = {mutable_bf16_data(out_BTHK), queries * heads * width, width, heads * width}},
      on_all_threads);
  return out_BTHK.transpose(1, 2);
}

}  // namespace

at::Tensor attention(const at::Tensor& q_BHTK, const at::Tensor& k_BGSK, const at::Tensor& v_BGSK,
                     const at::Tensor& mask, bool own_kernel) {
  if (own_kernel && has_own_kernel(q_BHTK, k_BGSK, v_BGSK, mask)) {
    return own_attention(q_BHTK, k_BGSK, v_BGSK, mask);
  }
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
