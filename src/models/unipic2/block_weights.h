#pragma once

#include <torch/nn/module.h>

#include <functional>
#include <memory>
#include <string>

#include "base/run_control.h"
#include "convert/weight_source.h"
#include "nn/block_hooks.h"
#include "ops/weight_placement.h"

namespace unipic::unipic2 {

// The weights of a network that computes once: those of its stack of blocks are in memory one block
// at a time, so that the largest networks take little of it.
class BlockWeights {
 public:
  // Blocks are those under `stack`, a prefix like "encoder.block."; of the rest, all that `wants`
  // names are loaded at once.
  BlockWeights(std::shared_ptr<torch::nn::Module> module, convert::WeightSource source,
               const ops::Placement& placement, std::string stack,
               const std::function<bool(const std::string& name)>& wants);

  // For the network's `forward`, which `control` may stop between blocks.
  nn::BlockHooks hooks(const RunControl& control) const;

 private:
  std::function<bool(const std::string& name)> is_of(int64_t block) const;
  void load(const std::function<bool(const std::string& name)>& wants) const;

  std::shared_ptr<torch::nn::Module> module_;
  convert::WeightSource source_;
  ops::Placement placement_;
  std::string stack_;
};

}  // namespace unipic::unipic2
