#pragma once

#include <torch/nn/module.h>

#include <string>
#include <vector>

#include "ops/low_rank.h"

namespace unipic::nn {

// Which linear layers learn a change of low rank instead of new weights.
struct LoraConfig {
  int64_t rank = 0;  // 0: none
  double alpha = 16.0;
  std::vector<std::string> targets = {"llm.*.q_proj", "llm.*.k_proj", "llm.*.v_proj",
                                      "llm.*.o_proj"};

  bool enabled() const { return rank > 0; }
  double scale() const { return alpha / static_cast<double>(rank); }

  template <typename Visitor>
  void visit(Visitor& v) {
    v.field("rank", rank, "of the change to each layer; 0 trains the weights themselves");
    v.field("alpha", alpha, "the change counts alpha/rank times");
    v.field("targets", targets, "names of linear layers; * stands for anything, ? for a character");
  }
  // Throws `UsageError` on values that make no sense.
  void validate() const;
};

// Freezes all parameters of `module` and gives each linear layer that a target names a change to
// learn: `down` random, a pure function of `seed` and the layers' order, `up` zero, so that the
// module computes what it did before. Returns the changes; their tensors take gradients. Throws
// `UsageError` for a target that names no linear layer.
ops::LowRankChanges add_lora(torch::nn::Module& module, const LoraConfig& config, uint64_t seed);

// Puts `changes` into the weights of `module`, which get memory of their own. Throws `Error` for
// one that belongs to no linear layer or does not fit it.
void merge_lora(torch::nn::Module& module, const ops::LowRankChanges& changes);

}  // namespace unipic::nn
