#include "nn/linear.h"

#include "nn/parameter.h"
#include "ops/linear.h"

namespace unipic::nn {

LinearImpl::LinearImpl(int64_t in_features, int64_t out_features, LinearOptions options)
    : weight_(register_parameter("weight", placeholder({out_features, in_features}))) {
  if (options.bias) bias_ = register_parameter("bias", placeholder({out_features}));
}

torch::Tensor LinearImpl::forward(const torch::Tensor& x) const {
  const auto y = ops::linear(x, weight_, bias_);
  return change_ ? y + ops::low_rank(x, *change_) : y;
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
  return out_->forward(torch::silu(in_->forward(x)));
}

}  // namespace unipic::nn
