#pragma once

#include <torch/nn/module.h>

#include <functional>
#include <string>
#include <string_view>

namespace unipic::convert {

struct Distribution {
  double mean = 0.0;
  double deviation = 0.02;
};

// How many inputs one output of a weight [out, in, ...] adds up.
int64_t fan_in(torch::IntArrayRef shape);

// What a weight of that name and shape usually is: norm weights lie around 1, matrices keep the
// size of what passes through them, so that a network of them computes ordinary numbers.
Distribution likely_distribution(std::string_view name, torch::IntArrayRef shape);

// Random weights for a parameter called `name`: the same for the same name, shape and seed,
// whatever was made before. Fast rather than normal: uniform distributions.
torch::Tensor random_weight(std::string_view name, torch::IntArrayRef shape,
                            torch::ScalarType dtype, uint64_t seed);
torch::Tensor random_weight(std::string_view name, torch::IntArrayRef shape,
                            torch::ScalarType dtype, uint64_t seed,
                            const Distribution& distribution);

// Gives every parameter of `module` random weights, and calls `then` after each.
void randomize(torch::nn::Module& module, torch::ScalarType dtype, uint64_t seed,
               const std::function<void(const std::string& name)>& then = {});

}  // namespace unipic::convert
