#include "ops/norm.h"

#include <ATen/ops/group_norm.h>
#include <ATen/ops/layer_norm.h>
#include <ATen/ops/mean.h>
#include <ATen/ops/rsqrt.h>

#include <optional>

namespace unipic::ops {
namespace {

std::optional<at::Tensor> if_defined(const at::Tensor& tensor) {
  return tensor.defined() ? std::optional(tensor) : std::nullopt;
}

}  // namespace

at::Tensor layer_norm(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                      double eps) {
  return at::layer_norm(x, {x.size(-1)}, if_defined(weight), if_defined(bias), eps);
}

at::Tensor rms_norm(const at::Tensor& x, const at::Tensor& weight, double eps) {
  const auto x_f32 = x.to(at::kFloat);
  const auto scale = (x_f32 * x_f32).mean(-1, /*keepdim=*/true).add(eps).rsqrt();
  return (x_f32 * scale).to(x.scalar_type()) * weight;
}

at::Tensor group_norm(const at::Tensor& x, int64_t num_groups, const at::Tensor& weight,
                      const at::Tensor& bias, double eps) {
  return at::group_norm(x, num_groups, weight, bias, eps);
}

}  // namespace unipic::ops
