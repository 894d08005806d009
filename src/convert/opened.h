#pragma once

#include <utility>

#include "convert/load_weights.h"
#include "convert/weight_source.h"
#include "ops/weight_placement.h"

namespace unipic::convert {

// A network without weights, and those that it is to get.
template <typename Module>
struct Opened {
  Module module;
  WeightSource weights;
};

// The network with its weights, ready to compute without gradients. Throws `Error` as
// `load_weights`.
template <typename Module>
Module load(Opened<Module> opened, const ops::Placement& placement) {
  auto& module = opened.module;
  load_weights(*module, opened.weights, {.dtype = placement.dtype, .device = placement.device});
  module->eval();
  for (auto& parameter : module->parameters()) parameter.set_requires_grad(false);
  return std::move(module);
}

}  // namespace unipic::convert
