#include "ops/int8_weight.h"

#include <ATen/ATen.h>

#include "base/check.h"

namespace unipic::ops {

Int8Weight to_int8(const at::Tensor& weight_MN) {
  constexpr double kLargest = 127;
  const auto exact_MN = weight_MN.to(at::kFloat);
  const auto scales_M1 = exact_MN.abs().amax(1, /*keepdim=*/true) / kLargest;
  const auto divisors_M1 = at::where(scales_M1 > 0, scales_M1, 1.0);
  const auto q_MN = (exact_MN / divisors_M1).round_().clamp_(-kLargest, kLargest);
  return {q_MN.to(at::kChar), scales_M1};
}

at::Tensor from_int8(const Int8Weight& int8, at::ScalarType dtype) {
  const auto& q_MN = int8.q_MN;
  const auto& scales_M1 = int8.scales_M1;
  check(q_MN.dim() == 2 && scales_M1.numel() == q_MN.size(0),
        "a weight in 8 bits has two dimensions and a scale for each row");
  return (q_MN.to(at::kFloat) * scales_M1.to(at::kFloat).reshape({-1, 1})).to(dtype);
}

double relative_error(const Int8Weight& int8, const at::Tensor& weight_MN) {
  const auto exact_MN = weight_MN.to(at::kFloat);
  const double size = exact_MN.norm().item<double>();
  return size == 0 ? 0 : (from_int8(int8, at::kFloat) - exact_MN).norm().item<double>() / size;
}

}  // namespace unipic::ops
