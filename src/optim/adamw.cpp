#include "optim/adamw.h"

#include <ATen/ATen.h>

namespace unipic::optim {

AdamW::AdamW(std::vector<ParameterGroup> groups, const AdamWOptions& options)
    : groups_(std::move(groups)), options_(options) {
  for (const auto& group : groups_) {
    auto& moments = moments_.emplace_back();
    for (const auto& [name, parameter] : group.parameters) {
      moments.mean.push_back(at::zeros_like(parameter, at::MemoryFormat::Contiguous));
      moments.square.push_back(at::zeros_like(parameter, at::MemoryFormat::Contiguous));
      moments.steps.push_back(at::zeros({}, parameter.options().dtype(at::kFloat)));
    }
  }
}

void AdamW::step(double lr) {
  const at::NoGradGuard no_grad;
  for (size_t group = 0; group < groups_.size(); ++group) {
    std::vector<at::Tensor> parameters;
    std::vector<at::Tensor> gradients;
    Moments used;
    for (size_t index = 0; index < groups_[group].parameters.size(); ++index) {
      const auto& parameter = groups_[group].parameters[index].tensor;
      if (!parameter.grad().defined()) continue;
      parameters.push_back(parameter);
      gradients.push_back(parameter.grad());
      used.mean.push_back(moments_[group].mean[index]);
      used.square.push_back(moments_[group].square[index]);
      used.steps.push_back(moments_[group].steps[index]);
    }
    if (parameters.empty()) continue;
    at::_foreach_add_(used.steps, 1);
    at::_fused_adamw_(parameters, gradients, used.mean, used.square, {}, used.steps,
                      lr * groups_[group].lr_scale, options_.beta1, options_.beta2,
                      groups_[group].weight_decay, options_.eps, /*amsgrad=*/false,
                      /*maximize=*/false);
  }
}

void AdamW::zero_grad() { forget_gradients(groups_); }

std::map<std::string, at::Tensor> AdamW::state() const {
  std::map<std::string, at::Tensor> state;
  for (size_t group = 0; group < groups_.size(); ++group) {
    for (size_t index = 0; index < groups_[group].parameters.size(); ++index) {
      const auto& name = groups_[group].parameters[index].name;
      state[name + ".exp_avg"] = moments_[group].mean[index];
      state[name + ".exp_avg_sq"] = moments_[group].square[index];
      state[name + ".step"] = moments_[group].steps[index];
    }
  }
  return state;
}

}  // namespace unipic::optim
