#pragma once

#include <torch/nn/module.h>

#include <vector>

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

  // From now on bf16 on a CPU is normalised by our own kernel, with the weight as it is now,
  // without gradients.
  void pack();

 private:
  double eps_;
  torch::Tensor weight_;
  std::vector<float> packed_weight_;
};
TORCH_MODULE(RmsNorm);

// Packs every RMSNorm in a module.
void pack_norms(const torch::nn::Module& module);

}  // namespace unipic::nn
