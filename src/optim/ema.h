#pragma once

#include <map>
#include <string>
#include <vector>

#include "optim/parameters.h"

namespace unipic::optim {

// A running average of parameters: average = decay·average + (1 - decay)·parameter, with the decay
// ramped up as (1 + n) / (10 + n) over the first updates n so that the start is soon forgotten.
class Ema {
 public:
  Ema(std::vector<NamedParameter> parameters, double decay);

  void update();
  // The average of `name`, or an undefined tensor.
  at::Tensor find(const std::string& name) const;
  // Exchanges averages and parameters: call twice to use the averages in between.
  void swap();

  // The averages by name and "num_updates", for a checkpoint; copying into them restores it.
  std::map<std::string, at::Tensor> state() const;

 private:
  std::vector<NamedParameter> parameters_;
  std::vector<at::Tensor> averages_;
  at::Tensor num_updates_;
  double decay_;
};

}  // namespace unipic::optim
