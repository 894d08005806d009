#include "train/tasks/module_parameters.h"

namespace unipic::train {

std::vector<optim::ParameterGroup> groups_by_decay(const torch::nn::Module& module,
                                                   double weight_decay) {
  std::vector<optim::ParameterGroup> groups(2);
  groups[0].weight_decay = weight_decay;
  for (const auto& parameter : module.named_parameters()) {
    if (!parameter.value().requires_grad()) continue;
    groups[parameter.value().dim() > 1 ? 0 : 1].parameters.push_back(
        {parameter.key(), parameter.value()});
  }
  return groups;
}

NamedTensors named_tensors(const torch::nn::Module& module) {
  NamedTensors tensors;
  for (const auto& parameter : module.named_parameters()) {
    tensors[parameter.key()] = parameter.value();
  }
  return tensors;
}

}  // namespace unipic::train
