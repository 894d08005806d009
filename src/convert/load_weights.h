#pragma once

#include <torch/torch.h>

#include <string>
#include <vector>

#include "convert/weight_source.h"

namespace unipic::convert {

struct LoadOptions {
  torch::ScalarType dtype = torch::kFloat;
  torch::Device device = torch::kCPU;
};

// Gives every parameter and buffer of `module` the tensor of its name. One that has the wanted type
// already stays where it is in the mapped file. Returns the names in `source` that no parameter
// has. Throws `Error` that lists what is missing or of another shape.
std::vector<std::string> load_weights(torch::nn::Module& module, const WeightSource& source,
                                      const LoadOptions& options);

}  // namespace unipic::convert
