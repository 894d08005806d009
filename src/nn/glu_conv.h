#pragma once

#include <torch/nn/module.h>

#include "nn/conv.h"
#include "nn/linear.h"

// B batch, h×w positions, D width.

namespace unipic::nn {

// The gated convolution of EfficientViT and SANA: every position is widened, sees its eight
// neighbours channel by channel, and one half of the channels gates the other:
// conv_point(a · silu(g)), [a | g] = conv_depth(silu(conv_inverted(x))).
class GluConvImpl : public torch::nn::Module {
 public:
  GluConvImpl(int64_t dim, int64_t hidden_dim);
  torch::Tensor forward(const torch::Tensor& x_BhwD) const;

 private:
  Linear inverted_;
  Conv2d depth_;
  Linear point_;
};
TORCH_MODULE(GluConv);

}  // namespace unipic::nn
