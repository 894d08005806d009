#pragma once

#include <torch/nn/module.h>

namespace unipic::nn {

// LayerNorm over the last dimension with learned weight and bias.
class LayerNormImpl : public torch::nn::Module {
 public:
  LayerNormImpl(int64_t dim, double eps);
  torch::Tensor forward(const torch::Tensor& x) const;
  const torch::Tensor& weight() const { return weight_; }
  const torch::Tensor& bias() const { return bias_; }

 private:
  double eps_;
  torch::Tensor weight_, bias_;
};
TORCH_MODULE(LayerNorm);

// RMSNorm over the last dimension with a learned weight.
class RmsNormImpl : public torch::nn::Module {
 public:
  RmsNormImpl(int64_t dim, double eps);
  torch::Tensor forward(const torch::Tensor& x) const;

 private:
  double eps_;
  torch::Tensor weight_;
};
TORCH_MODULE(RmsNorm);

}  // namespace unipic::nn
