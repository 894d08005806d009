#include "ops/norm.h"

#include <ATen/ops/empty_like.h>
#include <ATen/ops/group_norm.h>
#include <ATen/ops/layer_norm.h>
#include <ATen/ops/mean.h>
#include <ATen/ops/rsqrt.h>

#include <optional>

#include "kernels/cpu/group_norm.h"
#include "kernels/cpu/rms_norm.h"
#include "ops/packing.h"

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

at::Tensor rms_norm_own(const at::Tensor& x, const std::vector<float>& weight, double eps) {
  const auto rows = x.contiguous();
  const auto out = at::empty_like(rows);
  const int64_t width = x.size(-1);
  on_all_threads(x.numel() / width, [&](int64_t first, int64_t last) {
    kernels::rms_norm(bf16_data(rows) + first * width, last - first, width, weight.data(),
                      static_cast<float>(eps), mutable_bf16_data(out) + first * width);
  });
  return out;
}

at::Tensor group_norm(const at::Tensor& x, int64_t num_groups, const at::Tensor& weight,
                      const at::Tensor& bias, double eps) {
  return at::group_norm(x, num_groups, weight, bias, eps);
}

at::Tensor group_norm_last(const at::Tensor& x_BCHW, int64_t num_groups,
                           const std::vector<float>& weight, const std::vector<float>& bias,
                           double eps, bool silu) {
  const auto x = x_BCHW.contiguous(at::MemoryFormat::ChannelsLast);
  const auto out = at::empty_like(x);
  kernels::group_norm(bf16_data(x),
                      {.batch = x.size(0),
                       .num_pixels = x.size(2) * x.size(3),
                       .channels = x.size(1),
                       .num_groups = num_groups,
                       .eps = static_cast<float>(eps),
                       .weight = weight.data(),
                       .bias = bias.data(),
                       .silu = silu},
                      mutable_bf16_data(out), on_all_threads);
  return out;
}

}  // namespace unipic::ops
