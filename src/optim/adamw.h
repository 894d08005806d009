#pragma once

#include <map>
#include <string>
#include <vector>

#include "optim/parameters.h"

namespace unipic::optim {

struct AdamWOptions {
  double beta1 = 0.9;
  double beta2 = 0.95;
  double eps = 1e-8;
};

// Adam with decoupled weight decay (Loshchilov and Hutter 2019). Parameters without a gradient are
// left alone and their step is not counted.
class AdamW {
 public:
  AdamW(std::vector<ParameterGroup> groups, const AdamWOptions& options);

  const std::vector<ParameterGroup>& groups() const { return groups_; }

  // Updates all parameters from their gradients.
  void step(double lr);
  // Forgets all gradients.
  void zero_grad();

  // The moments and step counts by "<parameter>.exp_avg", ".exp_avg_sq" and ".step", for a
  // checkpoint. The tensors are the optimizer's own: copying into them restores it.
  std::map<std::string, at::Tensor> state() const;

 private:
  struct Moments {
    std::vector<at::Tensor> mean, square, steps;
  };
  std::vector<ParameterGroup> groups_;
  std::vector<Moments> moments_;  // one a group
  AdamWOptions options_;
};

}  // namespace unipic::optim
