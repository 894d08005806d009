#include "ops/attention.h"

#include <ATen/ops/repeat_interleave.h>
#include <ATen/ops/scaled_dot_product_attention.h>

#include <optional>

namespace unipic::ops {
namespace {

at::Tensor dense_attention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                           const at::Tensor& mask) {
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
