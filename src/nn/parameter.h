#pragma once

#include <torch/types.h>

namespace unipic::nn {

// A parameter of the given shape that takes no memory: one element seen everywhere. Modules are
// built of these and get their weights afterwards, from a checkpoint or an initialiser, by
// `set_data`; building a network of billions of parameters costs nothing.
torch::Tensor placeholder(torch::IntArrayRef shape);

}  // namespace unipic::nn
