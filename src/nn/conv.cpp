#include "nn/conv.h"

#include "nn/parameter.h"
#include "ops/norm.h"

namespace unipic::nn {

Conv2dImpl::Conv2dImpl(int64_t in_channels, int64_t out_channels, Conv2dOptions options)
    : options_(options),
      weight_(register_parameter(
          "weight", placeholder({out_channels, in_channels, options.kernel, options.kernel}))),
      bias_(register_parameter("bias", placeholder({out_channels}))) {}

torch::Tensor Conv2dImpl::forward(const torch::Tensor& x_BCHW) const {
  return torch::conv2d(x_BCHW, weight_, bias_, options_.stride, options_.padding);
}

GroupNormImpl::GroupNormImpl(int64_t num_groups, int64_t channels, double eps)
    : num_groups_(num_groups),
      eps_(eps),
      weight_(register_parameter("weight", placeholder({channels}))),
      bias_(register_parameter("bias", placeholder({channels}))) {}

torch::Tensor GroupNormImpl::forward(const torch::Tensor& x_BCHW) const {
  return ops::group_norm(x_BCHW, num_groups_, weight_, bias_, eps_);
}

}  // namespace unipic::nn
