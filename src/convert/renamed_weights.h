#pragma once

#include <torch/nn/module.h>

#include <functional>
#include <string>
#include <string_view>

#include "convert/weight_source.h"

namespace unipic::convert {

// How a file that was not written for our modules keeps their tensors.
struct Renaming {
  // Where the parameter or buffer of that name lies.
  std::function<TensorPart(const std::string& name)> part_of;
  // Whether a tensor of the file is known to be none of the module's.
  std::function<bool(std::string_view name)> is_idle = {};
};

// The tensors of `module` in `file` under the module's names; fused ones stay in the memory of the
// file. Throws `Error` that lists, by their names in the file, those that are missing, of another
// shape, of a type that is no weight's, or part of nothing.
WeightSource renamed_weights(const torch::nn::Module& module, const WeightSource& file,
                             const Renaming& renaming);

}  // namespace unipic::convert
