#pragma once

#include <map>
#include <string>
#include <vector>

#include "optim/parameters.h"

namespace unipic::optim {

struct MuonOptions {
  double momentum = 0.95;
  double scale = 0.2;  // root mean square of an update at learning rate 1
};

// Whether Muon should update it: a weight [out, in] between hidden layers. Tables of tokens, output
// heads, and narrow matrices, which lead from and to latents, are left to AdamW.
bool is_hidden_matrix(const NamedParameter& parameter);

// `matrix` [M, N] with its singular values moved to about 1 (0.7 to 1.2) by five steps of a
// Newton-Schulz iteration in bf16, of the same type as `matrix`.
at::Tensor orthogonalized(const at::Tensor& matrix);

// Momentum whose updates are orthogonalized (Jordan et al. 2024), with the scale and the decoupled
// weight decay of Liu et al. 2025, so that learning rates are of AdamW's size. Parameters without a
// gradient are left alone. All are matrices.
class Muon {
 public:
  Muon(std::vector<ParameterGroup> groups, const MuonOptions& options);

  // Updates all parameters from their gradients.
  void step(double lr);

  // The momenta by "<parameter>.momentum", as `AdamW::state`.
  std::map<std::string, at::Tensor> state() const;

 private:
  std::vector<ParameterGroup> groups_;
  std::vector<std::vector<at::Tensor>> momenta_;  // by group and parameter
  MuonOptions options_;
};

}  // namespace unipic::optim
