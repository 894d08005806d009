#include "optim/parameters.h"

#include <ATen/ATen.h>

#include <cmath>

namespace unipic::optim {
namespace {

std::vector<at::Tensor> gradients(const std::vector<ParameterGroup>& groups) {
  std::vector<at::Tensor> found;
  for (const auto& parameter : with_gradients(groups)) found.push_back(parameter.grad());
  return found;
}

}  // namespace

std::vector<at::Tensor> with_gradients(const std::vector<ParameterGroup>& groups) {
  std::vector<at::Tensor> found;
  for (const auto& group : groups) {
    for (const auto& parameter : group.parameters) {
      if (parameter.tensor.grad().defined()) found.push_back(parameter.tensor);
    }
  }
  return found;
}

void forget_gradients(const std::vector<ParameterGroup>& groups) {
  for (const auto& group : groups) {
    for (const auto& parameter : group.parameters) parameter.tensor.mutable_grad().reset();
  }
}

void scale_gradients(const std::vector<ParameterGroup>& groups, double factor) {
  const at::NoGradGuard no_grad;
  auto all = gradients(groups);
  if (!all.empty() && factor != 1.0) at::_foreach_mul_(all, factor);
}

double clip_gradients(const std::vector<ParameterGroup>& groups, double max_norm) {
  const at::NoGradGuard no_grad;
  auto all = gradients(groups);
  if (all.empty()) return 0.0;
  const double norm = at::stack(at::_foreach_norm(all, 2)).norm().item<double>();
  // As torch.nn.utils.clip_grad_norm_ has it.
  const double factor = max_norm / (norm + 1e-6);
  if (std::isfinite(norm) && factor < 1.0) at::_foreach_mul_(all, factor);
  return norm;
}

}  // namespace unipic::optim
