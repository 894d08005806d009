#pragma once

#include <torch/torch.h>

namespace unipic::nn {

struct Conv2dOptions {
  int64_t kernel = 3;
  int64_t stride = 1;
  int64_t padding = 1;
};

// 2-D convolution of [B, C, H, W] with bias.
class Conv2dImpl : public torch::nn::Module {
 public:
  Conv2dImpl(int64_t in_channels, int64_t out_channels, Conv2dOptions options = {});
  torch::Tensor forward(const torch::Tensor& x_BCHW) const;

 private:
  Conv2dOptions options_;
  torch::Tensor weight_, bias_;
};
TORCH_MODULE(Conv2d);

// Group normalisation of [B, C, H, W] with learned weight and bias.
class GroupNormImpl : public torch::nn::Module {
 public:
  GroupNormImpl(int64_t num_groups, int64_t channels, double eps);
  torch::Tensor forward(const torch::Tensor& x_BCHW) const;

 private:
  int64_t num_groups_;
  double eps_;
  torch::Tensor weight_, bias_;
};
TORCH_MODULE(GroupNorm);

}  // namespace unipic::nn
