#include "nn/linear.h"

#include "nn/parameter.h"
#include "ops/file_tensor.h"
#include "ops/linear.h"
#include "ops/packing.h"

namespace unipic::nn {

LinearImpl::LinearImpl(int64_t in_features, int64_t out_features, LinearOptions options)
    : weight_(register_parameter("weight", placeholder({out_features, in_features}))) {
  if (options.bias) bias_ = register_parameter("bias", placeholder({out_features}));
}

torch::Tensor LinearImpl::forward(const torch::Tensor& x, ops::Activation activation) const {
  if (packed_ && !change_) return ops::packed_linear(x, *packed_, activation);
  auto y = packed_ ? ops::packed_linear(x, *packed_) : ops::linear(x, weight_, bias_);
  if (change_) y = y + ops::low_rank(x, *change_);
  return ops::activate(y, activation);
}

torch::Tensor LinearImpl::forward_times(const torch::Tensor& other, const torch::Tensor& x) const {
  if (!packed_ || change_ || !other.is_contiguous()) return other * forward(x);
  ops::packed_linear_into(other, x, *packed_, {.combine = kernels::Combine::kMultiply});
  return other;
}

void LinearImpl::pack() {
  if (packed_ || !ops::is_packable(weight_)) return;
  packed_ = ops::pack_linear(weight_, bias_);
  ops::forget_pages(weight_);
  weight_.set_data(torch::empty({0}, weight_.options()));
}

void pack_linears(const torch::nn::Module& module) {
  for (const auto& part : module.modules()) {
    if (auto* linear = part->as<LinearImpl>()) linear->pack();
  }
}

EmbeddingImpl::EmbeddingImpl(int64_t num_rows, int64_t dim)
    : weight_(register_parameter("weight", placeholder({num_rows, dim}))) {}

torch::Tensor EmbeddingImpl::forward(const torch::Tensor& ids) const {
  return torch::embedding(weight_, ids);
}

SiluMlpImpl::SiluMlpImpl(int64_t in_features, int64_t hidden_features, int64_t out_features)
    : in_(register_module("0", Linear(in_features, hidden_features))),
      out_(register_module("2", Linear(hidden_features, out_features))) {}

torch::Tensor SiluMlpImpl::forward(const torch::Tensor& x) const {
  return out_->forward(in_->forward(x, ops::Activation::kSilu));
}

}  // namespace unipic::nn
