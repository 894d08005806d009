#include "nn/norm.h"

#include "nn/parameter.h"
#include "ops/norm.h"
#include "ops/packing.h"

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
  if (!packed_weight_.empty() && ops::is_packable(x))
    return ops::rms_norm_own(x, packed_weight_, eps_);
  return ops::rms_norm(x, weight_, eps_);
}

void RmsNormImpl::pack() {
  if (ops::is_packable(weight_)) packed_weight_ = ops::to_floats(weight_);
}

void pack_norms(const torch::nn::Module& module) {
  for (const auto& part : module.modules()) {
    if (auto* norm = part->as<RmsNormImpl>()) norm->pack();
  }
}

}  // namespace unipic::nn
