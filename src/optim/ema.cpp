#include "optim/ema.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace unipic::optim {

Ema::Ema(std::vector<NamedParameter> parameters, double decay)
    : parameters_(std::move(parameters)),
      num_updates_(at::zeros({}, at::TensorOptions(at::kDouble))),
      decay_(decay) {
  const at::NoGradGuard no_grad;
  for (const auto& parameter : parameters_) averages_.push_back(parameter.tensor.detach().clone());
}

void Ema::update() {
  const at::NoGradGuard no_grad;
  const double updates = num_updates_.item<double>();
  const double decay = std::min(decay_, (1.0 + updates) / (10.0 + updates));
  std::vector<at::Tensor> current;
  for (const auto& parameter : parameters_) current.push_back(parameter.tensor.detach());
  at::_foreach_lerp_(averages_, current, 1.0 - decay);
  num_updates_.add_(1);
}

at::Tensor Ema::find(const std::string& name) const {
  for (size_t index = 0; index < parameters_.size(); ++index) {
    if (parameters_[index].name == name) return averages_[index];
  }
  return {};
}

void Ema::swap() {
  const at::NoGradGuard no_grad;
  for (size_t index = 0; index < parameters_.size(); ++index) {
    const auto current = parameters_[index].tensor.detach().clone();
    parameters_[index].tensor.detach().copy_(averages_[index]);
    averages_[index].copy_(current);
  }
}

std::map<std::string, at::Tensor> Ema::state() const {
  std::map<std::string, at::Tensor> state = {{"num_updates", num_updates_}};
  for (size_t index = 0; index < parameters_.size(); ++index) {
    state[parameters_[index].name] = averages_[index];
  }
  return state;
}

}  // namespace unipic::optim
