#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

namespace unipic::optim {

struct NamedParameter {
  std::string name;
  at::Tensor tensor;
};

// Parameters that are updated alike.
struct ParameterGroup {
  std::vector<NamedParameter> parameters;
  double weight_decay = 0.0;
  double lr_scale = 1.0;  // times the step's learning rate
};

// The parameters of all groups that have a gradient.
std::vector<at::Tensor> with_gradients(const std::vector<ParameterGroup>& groups);

// Leaves all parameters without a gradient.
void forget_gradients(const std::vector<ParameterGroup>& groups);

// Multiplies all gradients by `factor`, in place.
void scale_gradients(const std::vector<ParameterGroup>& groups, double factor);

// The Euclidean norm of all gradients as one vector. If it exceeds `max_norm` (> 0), the gradients
// are scaled in place to have that norm.
double clip_gradients(const std::vector<ParameterGroup>& groups, double max_norm);

}  // namespace unipic::optim
