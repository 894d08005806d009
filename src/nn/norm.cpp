#include "nn/norm.h"

#include "nn/parameter.h"
#include "ops/norm.h"

namespace unipic::nn {

LayerNormImpl::LayerNormImpl(int64_t dim, double eps)
    : eps_(eps),
      weight_(register_parameter("weight", placeholder({dim}))),
      bias_(register_parameter("bias", placeholder({dim}))) {}

torch::Tensor LayerNormImpl::forward(const torch::Tensor& x) const {
  return ops::layer_norm(x, weight_, bias_, eps_);
}

RmsNormImpl::RmsNormImpl(int64_t dim, double eps)
    : eps_(eps), weight_(register_parameter("weight", placeholder({dim}))) {}

torch::Tensor RmsNormImpl::forward(const torch::Tensor& x) const {
  return ops::rms_norm(x, weight_, eps_);
}

}  // namespace unipic::nn
