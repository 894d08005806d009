#pragma once

#include <torch/nn/module.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "convert/weight_source.h"
#include "ops/int8_weight.h"

namespace unipic::convert {

struct LoadOptions {
  torch::ScalarType dtype = torch::kFloat;
  torch::Device device = torch::kCPU;
  // Whether a parameter or buffer of that name is to be loaded; all are if it is empty.
  std::function<bool(const std::string& name)> wants = {};
  // Offered every weight in 8 bits, in the memory of its file; what it does not take, and every
  // such weight if there is none, becomes one of `dtype`.
  std::function<bool(const std::string& name, ops::Int8Weight weight)> take_int8 = {};
};

// The parameters and buffers of `module` by name: what is loaded.
torch::OrderedDict<std::string, torch::Tensor> weight_slots(const torch::nn::Module& module);

// How the tensors of a source fit the parameters and buffers of a module.
struct WeightFit {
  std::vector<std::string> missing;    // parameters that the source lacks
  std::vector<std::string> misshapen;  // "'name' is [2, 3], the model needs [4, 3]"
  std::vector<std::string> mistyped;   // "'name' is F8_E4M3"
  std::vector<std::string> left_over;  // tensors that no parameter has

  // Notes what is wrong with tensor `name` of `source` for a weight of `shape`; whether nothing is.
  bool note(const WeightSource& source, const std::string& name, torch::IntArrayRef shape);
};
WeightFit fit_weights(const torch::nn::Module& module, const WeightSource& source);

// Throws `Error` that lists what is missing, of another shape, or of a type that no weight has.
void check_fit(const WeightFit& fit, std::string_view where);
// Throws `Error` that lists what is left over.
void check_nothing_left_over(const WeightFit& fit, std::string_view where);

// Gives every parameter and buffer of `module` the tensor of its name. One that has the wanted type
// already stays where it is in the mapped file; a matrix [M, N] also goes for a pointwise
// convolution's weight [M, N, 1, 1] and the reverse. Returns the names in `source` that no
// parameter has. Throws `Error` that lists what is missing or of another shape.
std::vector<std::string> load_weights(torch::nn::Module& module, const WeightSource& source,
                                      const LoadOptions& options);

// Takes those that `wants` names out of `module` again, which takes no memory for them then; what
// lies in a mapped file gives its pages back.
void unload_weights(torch::nn::Module& module, const WeightSource& source,
                    const std::function<bool(const std::string& name)>& wants);

}  // namespace unipic::convert
