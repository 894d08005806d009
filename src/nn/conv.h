#pragma once

#include <torch/nn/module.h>

#include <vector>

#include "ops/conv.h"
#include "ops/linear.h"

namespace unipic::nn {

struct Conv2dOptions {
  int64_t kernel = 3;
  int64_t stride = 1;
  int64_t padding = 1;
  int64_t groups = 1;
  bool bias = true;
};

// 2-D convolution of [B, C, H, W].
class Conv2dImpl : public torch::nn::Module {
 public:
  Conv2dImpl(int64_t in_channels, int64_t out_channels, Conv2dOptions options = {});
  torch::Tensor forward(const torch::Tensor& x_BCHW) const;
  // forward(x) + other.
  torch::Tensor forward_plus(const torch::Tensor& other_BCHW, const torch::Tensor& x_BCHW) const;
  // forward(x enlarged twofold, each pixel to four like it).
  torch::Tensor forward_enlarged(const torch::Tensor& x_BCHW) const;

  // As `Linear::pack`.
  void pack();

 private:
  ops::ConvSteps steps(int64_t repeat) const;

  Conv2dOptions options_;
  torch::Tensor weight_, bias_;
  kernels::SharedLinear packed_;
};
TORCH_MODULE(Conv2d);

// Group normalisation of [B, C, H, W] with learned weight and bias, and SiLU of it if asked for.
class GroupNormImpl : public torch::nn::Module {
 public:
  GroupNormImpl(int64_t num_groups, int64_t channels, double eps);
  torch::Tensor forward(const torch::Tensor& x_BCHW) const;
  torch::Tensor forward_silu(const torch::Tensor& x_BCHW) const;

  // As `Linear::pack`, but that the parameters stay.
  void pack();

 private:
  torch::Tensor normalize(const torch::Tensor& x_BCHW, bool silu) const;

  int64_t num_groups_;
  double eps_;
  torch::Tensor weight_, bias_;
  std::vector<float> packed_weight_, packed_bias_;
};
TORCH_MODULE(GroupNorm);

// `pack` for every convolution and group norm in `module`.
void pack_convolutions(const torch::nn::Module& module);

}  // namespace unipic::nn
