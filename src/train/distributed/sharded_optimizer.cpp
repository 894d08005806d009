#include "train/distributed/sharded_optimizer.h"

#include <algorithm>
#include <numeric>

#include "train/distributed/buckets.h"

namespace unipic::train {
namespace {

using Groups = std::vector<optim::ParameterGroup>;

// `groups` with the parameters of each rank.
std::vector<Groups> shards_of(const Groups& groups, int64_t num_ranks) {
  std::vector<int64_t> sizes;
  for (const auto& group : groups) {
    for (const auto& parameter : group.parameters) sizes.push_back(parameter.tensor.numel());
  }
  const auto owners = balanced_owners(sizes, num_ranks);
  Groups empty = groups;
  for (auto& group : empty) group.parameters.clear();
  std::vector<Groups> shards(static_cast<size_t>(num_ranks), empty);
  size_t number = 0;
  for (size_t group = 0; group < groups.size(); ++group) {
    for (const auto& parameter : groups[group].parameters) {
      const auto owner = static_cast<size_t>(owners[number++]);
      shards[owner][group].parameters.push_back(parameter);
    }
  }
  return shards;
}

// Names, shapes and types of the state that is kept of `groups`, without its memory.
NamedTensors layout_of_state(Groups groups, const optim::OptimizerOptions& options) {
  for (auto& group : groups) {
    for (auto& parameter : group.parameters) {
      parameter.tensor =
          torch::empty(parameter.tensor.sizes(), parameter.tensor.options().device(torch::kMeta));
    }
  }
  return optim::Optimizer(std::move(groups), options).state();
}

}  // namespace

std::vector<int64_t> balanced_owners(const std::vector<int64_t>& sizes, int64_t num_ranks) {
  std::vector<size_t> largest_first(sizes.size());
  std::iota(largest_first.begin(), largest_first.end(), size_t{0});
  std::ranges::stable_sort(largest_first, std::greater<>(), [&](size_t i) { return sizes[i]; });
  std::vector<int64_t> owners(sizes.size());
  std::vector<int64_t> loads(static_cast<size_t>(num_ranks));
  for (const size_t index : largest_first) {
    const auto least = std::ranges::min_element(loads);
    *least += sizes[index];
    owners[index] = least - loads.begin();
  }
  return owners;
}

ShardedOptimizer::ShardedOptimizer(Groups groups, const optim::OptimizerOptions& options,
                                   ProcessGroup& group, bool is_sharded)
    : groups_(std::move(groups)),
      options_(options),
      group_(group),
      shards_(shards_of(groups_, is_sharded ? group.num_ranks() : 1)),
      own_(shards_[shards_.size() == 1 ? 0 : static_cast<size_t>(group.rank())], options) {}

void ShardedOptimizer::step(double lr) {
  own_.step(lr);
  if (shards_.size() == 1) return;
  for (size_t owner = 0; owner < shards_.size(); ++owner) {
    broadcast_in_buckets(optim::with_gradients(shards_[owner]), static_cast<int64_t>(owner),
                         group_);
  }
}

void ShardedOptimizer::zero_grad() { optim::forget_gradients(groups_); }

NamedTensors ShardedOptimizer::gather_state() {
  if (!group_.is_first() && shards_.size() == 1) return {};
  NamedTensors state = own_.state();
  if (shards_.size() == 1) return state;
  if (!group_.is_first()) {
    for (const auto& [name, tensor] : state) group_.send(tensor, 0);
    return {};
  }
  for (size_t owner = 1; owner < shards_.size(); ++owner) {
    for (const auto& [name, layout] : layout_of_state(shards_[owner], options_)) {
      const auto tensor = torch::empty(layout.sizes(), layout.options().device(torch::kCPU));
      group_.receive(tensor, static_cast<int64_t>(owner));
      state[name] = tensor;
    }
  }
  return state;
}

void ShardedOptimizer::restore(const std::filesystem::path& path) {
  restore_part(path, own_.state(), layout_of_state(groups_, options_).size());
}

}  // namespace unipic::train
