#pragma once

#include <torch/nn/module.h>

namespace unipic::nn {

// A module without a computation of its own: a level in the names of a checkpoint.
struct HolderImpl : public torch::nn::Module {};
TORCH_MODULE(Holder);

}  // namespace unipic::nn
