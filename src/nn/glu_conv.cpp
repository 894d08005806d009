#include "nn/glu_conv.h"

namespace unipic::nn {

GluConvImpl::GluConvImpl(int64_t dim, int64_t hidden_dim)
    : inverted_(register_module("conv_inverted", Linear(dim, 2 * hidden_dim))),
      depth_(register_module("conv_depth", Conv2d(2 * hidden_dim, 2 * hidden_dim,
                                                  Conv2dOptions{.groups = 2 * hidden_dim}))),
      point_(register_module("conv_point", Linear(hidden_dim, dim, LinearOptions{.bias = false}))) {
}

torch::Tensor GluConvImpl::forward(const torch::Tensor& x_BhwD) const {
  const auto wide = inverted_->forward(x_BhwD, ops::Activation::kSilu);
  const auto halves =
      depth_->forward(wide.permute({0, 3, 1, 2})).permute({0, 2, 3, 1}).chunk(2, -1);
  return point_->forward(halves[0] * torch::silu(halves[1]));
}

}  // namespace unipic::nn
