#include "optim/optimizer.h"

namespace unipic::optim {
namespace {

// `groups` with those parameters that `algorithm` updates where `options` ask for it.
std::vector<ParameterGroup> share_of(Algorithm algorithm, std::vector<ParameterGroup> groups,
                                     const OptimizerOptions& options) {
  for (auto& group : groups) {
    std::erase_if(group.parameters, [&](const NamedParameter& parameter) {
      const bool by_muon = options.algorithm == Algorithm::kMuon && is_hidden_matrix(parameter);
      return by_muon != (algorithm == Algorithm::kMuon);
    });
  }
  return groups;
}

}  // namespace

Optimizer::Optimizer(std::vector<ParameterGroup> groups, const OptimizerOptions& options)
    : groups_(std::move(groups)),
      adamw_(share_of(Algorithm::kAdamW, groups_, options), options.adamw),
      muon_(share_of(Algorithm::kMuon, groups_, options), options.muon) {}

void Optimizer::step(double lr) {
  adamw_.step(lr);
  muon_.step(lr);
}

std::map<std::string, at::Tensor> Optimizer::state() const {
  auto state = adamw_.state();
  state.merge(muon_.state());
  return state;
}

}  // namespace unipic::optim
