#pragma once

#include <map>
#include <string>
#include <vector>

#include "optim/adamw.h"
#include "optim/algorithm.h"
#include "optim/muon.h"
#include "optim/parameters.h"

namespace unipic::optim {

struct OptimizerOptions {
  Algorithm algorithm = Algorithm::kAdamW;
  AdamWOptions adamw = {};
  MuonOptions muon = {};
};

// AdamW for all parameters, or Muon for hidden matrices and AdamW for what is left.
class Optimizer {
 public:
  Optimizer(std::vector<ParameterGroup> groups, const OptimizerOptions& options);

  const std::vector<ParameterGroup>& groups() const { return groups_; }

  // Updates all parameters from their gradients.
  void step(double lr);
  // Forgets all gradients.
  void zero_grad() { forget_gradients(groups_); }

  // Both algorithms' state, as `AdamW::state`.
  std::map<std::string, at::Tensor> state() const;

 private:
  std::vector<ParameterGroup> groups_;
  AdamW adamw_;
  Muon muon_;
};

}  // namespace unipic::optim
