#pragma once

#include <torch/torch.h>

namespace unipic::nn {

struct LinearOptions {
  bool bias = true;
};

// x[..., N] · weight[M, N]ᵀ + bias[M].
class LinearImpl : public torch::nn::Module {
 public:
  LinearImpl(int64_t in_features, int64_t out_features, LinearOptions options = {});
  torch::Tensor forward(const torch::Tensor& x) const;
  torch::ScalarType dtype() const { return weight_.scalar_type(); }

 private:
  torch::Tensor weight_, bias_;
};
TORCH_MODULE(Linear);

// A table of `num_rows` vectors of `dim`: ids [...] to vectors [..., dim].
class EmbeddingImpl : public torch::nn::Module {
 public:
  EmbeddingImpl(int64_t num_rows, int64_t dim);
  torch::Tensor forward(const torch::Tensor& ids) const;
  const torch::Tensor& weight() const { return weight_; }

 private:
  torch::Tensor weight_;
};
TORCH_MODULE(Embedding);

// Linear, SiLU, Linear, under the names "0" and "2" of the sequences in published checkpoints.
class SiluMlpImpl : public torch::nn::Module {
 public:
  SiluMlpImpl(int64_t in_features, int64_t hidden_features, int64_t out_features);
  torch::Tensor forward(const torch::Tensor& x) const;

 private:
  Linear in_, out_;
};
TORCH_MODULE(SiluMlp);

}  // namespace unipic::nn
