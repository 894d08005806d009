#pragma once

#include <torch/types.h>

#include <filesystem>
#include <vector>

#include "optim/optimizer.h"
#include "train/distributed/process_group.h"
#include "train/tensor_store.h"

namespace unipic::train {

// Which process owns each of the parameters of those sizes: the largest first, each to who has
// least so far.
std::vector<int64_t> balanced_owners(const std::vector<int64_t>& sizes, int64_t num_ranks);

// An optimizer for a run of several processes. Where it is sharded, each process keeps the state of
// the parameters it owns, updates those and gives them to the others (ZeRO stage 1, Rajbhandari et
// al. 2020). The updates are those of one process bit for bit, given the same gradients.
class ShardedOptimizer {
 public:
  // `group` outlives it.
  ShardedOptimizer(std::vector<optim::ParameterGroup> groups,
                   const optim::OptimizerOptions& options, ProcessGroup& group, bool is_sharded);

  // All parameters, also those that others own.
  const std::vector<optim::ParameterGroup>& groups() const { return groups_; }

  // All processes call it, with the same gradients.
  void step(double lr);
  void zero_grad();

  // What this process keeps of the state, as `Optimizer::state`.
  NamedTensors state() const { return own_.state(); }
  // The state of all parameters on rank 0, nothing elsewhere. All processes call it.
  NamedTensors gather_state();
  // Takes what this process keeps out of a file of the whole state.
  void restore(const std::filesystem::path& path);

 private:
  std::vector<optim::ParameterGroup> groups_;
  optim::OptimizerOptions options_;
  ProcessGroup& group_;
  std::vector<std::vector<optim::ParameterGroup>> shards_;  // one a rank; one if not sharded
  optim::Optimizer own_;
};

}  // namespace unipic::train
