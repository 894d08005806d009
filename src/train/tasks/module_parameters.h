#pragma once

#include <torch/nn/module.h>

#include <vector>

#include "optim/parameters.h"
#include "train/tensor_store.h"

namespace unipic::train {

// The parameters of `module` that are trained, in two groups: matrices and larger, which are
// decayed, and vectors.
std::vector<optim::ParameterGroup> groups_by_decay(const torch::nn::Module& module,
                                                   double weight_decay);

// The same by name, for a file.
NamedTensors named_tensors(const torch::nn::Module& module);

}  // namespace unipic::train
