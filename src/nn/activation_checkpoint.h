#pragma once

#include <torch/types.h>

#include <functional>

namespace unipic::nn {

// `block(x)`, of which only `x` is kept for the backward pass: that computes the block again, so
// that memory grows with the number of blocks and not with what each remembers (Chen et al. 2016,
// arXiv:1604.06174). Costs a second forward pass. `block` must compute the same both times; the
// types of matrix products are those of this call. Without a gradient to come it is just called.
torch::Tensor activation_checkpoint(const std::function<torch::Tensor(const torch::Tensor&)>& block,
                                    const torch::Tensor& x);

}  // namespace unipic::nn
