#include "ops/linear_attention.h"

#include <ATen/ops/matmul.h>
#include <ATen/ops/relu.h>

namespace unipic::ops {

at::Tensor relu_linear_attention(const at::Tensor& q_BHTK, const at::Tensor& k_BHTK,
                                 const at::Tensor& v_BHTK) {
  constexpr double kEps = 1e-15;
  const auto q = at::relu(q_BHTK).to(at::kFloat);
  const auto k = at::relu(k_BHTK).to(at::kFloat);
  const auto sum_BHKK = at::matmul(k.transpose(-2, -1), v_BHTK.to(at::kFloat));
  const auto weight_BHK1 = k.sum(-2).unsqueeze(-1);
  const auto out_BHTK = at::matmul(q, sum_BHKK) / (at::matmul(q, weight_BHK1) + kEps);
  return out_BHTK.to(q_BHTK.scalar_type());
}

}  // namespace unipic::ops
