#include "nn/conv.h"

#include "nn/parameter.h"
#include "ops/file_tensor.h"
#include "ops/norm.h"
#include "ops/packing.h"

namespace unipic::nn {
using torch::Tensor;

Conv2dImpl::Conv2dImpl(int64_t in_channels, int64_t out_channels, Conv2dOptions options)
    : options_(options),
      weight_(register_parameter("weight", placeholder({out_channels, in_channels / options.groups,
                                                        options.kernel, options.kernel}))) {
  if (options.bias) bias_ = register_parameter("bias", placeholder({out_channels}));
}

ops::ConvSteps Conv2dImpl::steps(int64_t repeat) const {
  return {options_.kernel, options_.stride, options_.padding, repeat};
}

Tensor Conv2dImpl::forward(const Tensor& x_BCHW) const {
  if (packed_) return ops::packed_conv2d(x_BCHW, *packed_, steps(1));
  return torch::conv2d(x_BCHW, weight_, bias_, options_.stride, options_.padding,
                       /*dilation=*/1, options_.groups);
}

Tensor Conv2dImpl::forward_plus(const Tensor& other_BCHW, const Tensor& x_BCHW) const {
  if (packed_) return ops::packed_conv2d(x_BCHW, *packed_, steps(1), other_BCHW);
  return forward(x_BCHW) + other_BCHW;
}

Tensor Conv2dImpl::forward_enlarged(const Tensor& x_BCHW) const {
  if (packed_) return ops::packed_conv2d(x_BCHW, *packed_, steps(2));
  return forward(at::upsample_nearest2d(x_BCHW, {2 * x_BCHW.size(2), 2 * x_BCHW.size(3)}));
}

void Conv2dImpl::pack() {
  if (packed_ || options_.groups > 1 || !options_.bias || !ops::is_packable(weight_)) return;
  packed_ = ops::pack_conv2d(weight_, bias_);
  ops::forget_pages(weight_);
  weight_.set_data(torch::empty({0}, weight_.options()));
}

GroupNormImpl::GroupNormImpl(int64_t num_groups, int64_t channels, double eps)
    : num_groups_(num_groups),
      eps_(eps),
      weight_(register_parameter("weight", placeholder({channels}))),
      bias_(register_parameter("bias", placeholder({channels}))) {}

Tensor GroupNormImpl::normalize(const Tensor& x_BCHW, bool silu) const {
  if (!packed_weight_.empty() && ops::is_packable(x_BCHW)) {
    return ops::group_norm_last(x_BCHW, num_groups_, packed_weight_, packed_bias_, eps_, silu);
  }
  const auto normed = ops::group_norm(x_BCHW, num_groups_, weight_, bias_, eps_);
  return silu ? torch::silu(normed) : normed;
}

Tensor GroupNormImpl::forward(const Tensor& x_BCHW) const { return normalize(x_BCHW, false); }
Tensor GroupNormImpl::forward_silu(const Tensor& x_BCHW) const { return normalize(x_BCHW, true); }

void GroupNormImpl::pack() {
  if (!ops::is_packable(weight_)) return;
  packed_weight_ = ops::to_floats(weight_);
  packed_bias_ = ops::to_floats(bias_);
}

void pack_convolutions(const torch::nn::Module& module) {
  for (const auto& part : module.modules()) {
    if (auto* conv = part->as<Conv2dImpl>()) conv->pack();
    if (auto* norm = part->as<GroupNormImpl>()) norm->pack();
  }
}

}  // namespace unipic::nn
