#pragma once

#include <torch/torch.h>

#include <string_view>

namespace unipic::convert {

// Random weights for a parameter called `name`: the same for the same name, shape and seed,
// whatever was made before. Norm weights lie around 1, matrices keep the size of what passes
// through them, so that a network of them computes ordinary numbers. Fast rather than normal:
// uniform distributions.
torch::Tensor random_weight(std::string_view name, torch::IntArrayRef shape,
                            torch::ScalarType dtype, uint64_t seed);

// Gives every parameter of `module` random weights.
void randomize(torch::nn::Module& module, torch::ScalarType dtype, uint64_t seed);

}  // namespace unipic::convert
