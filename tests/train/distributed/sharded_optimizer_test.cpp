#include "train/distributed/sharded_optimizer.h"

#include <gtest/gtest.h>

#include "base/check.h"
#include "support/error.h"
#include "support/processes.h"
#include "support/temporary_folder.h"

namespace unipic::train {
namespace {

const optim::OptimizerOptions kOptions = {.algorithm = optim::Algorithm::kMuon};

// Of different sizes, in two groups; the largest is Muon's.
std::vector<optim::ParameterGroup> some_groups() {
  std::vector<optim::ParameterGroup> groups(2);
  groups[0].weight_decay = 0.1;
  for (const int64_t size : {5, 1, 7, 3}) {
    auto tensor = torch::arange(size, torch::kFloat).set_requires_grad(true);
    groups[size > 4 ? 0 : 1].parameters.push_back({fmt::format("of {}", size), tensor});
  }
  auto matrix = torch::arange(36 * 40, torch::kFloat).reshape({36, 40}).set_requires_grad(true);
  groups[0].parameters.push_back({"matrix.weight", matrix});
  return groups;
}

// The parameter of 3 never has a gradient.
void give_gradients(const std::vector<optim::ParameterGroup>& groups, int64_t step) {
  for (const auto& group : groups) {
    for (const auto& parameter : group.parameters) {
      if (parameter.tensor.numel() == 3) continue;
      parameter.tensor.mutable_grad() =
          torch::full_like(parameter.tensor.detach(), static_cast<double>(step)) -
          parameter.tensor.detach();
    }
  }
}

bool are_equal(const NamedTensors& some, const NamedTensors& others) {
  return std::ranges::equal(some, others, [](const auto& one, const auto& other) {
    return one.first == other.first && torch::equal(one.second, other.second);
  });
}

TEST(Owners, AreBalancedBySize) {
  EXPECT_EQ(balanced_owners({1, 8, 3, 4}, 2), (std::vector<int64_t>{1, 0, 1, 1}));
  EXPECT_EQ(balanced_owners({2, 2, 2}, 2), (std::vector<int64_t>{0, 1, 0}));
  EXPECT_EQ(balanced_owners({5, 6}, 1), (std::vector<int64_t>{0, 0}));
  EXPECT_EQ(balanced_owners({5}, 3), (std::vector<int64_t>{0}));
}

TEST(ShardedOptimizer, ComputesWhatOneOptimizerComputes) {
  const test::TemporaryFolder folder;
  const auto thrown = test::in_processes(3, [&](const ProcessEnvironment& place) {
    auto group = test::join(place);
    optim::Optimizer whole(some_groups(), kOptions);
    ShardedOptimizer sharded(some_groups(), kOptions, group, /*is_sharded=*/true);
    check(sharded.state().size() < whole.state().size(), "nothing is sharded");
    for (int64_t step = 0; step < 3; ++step) {
      give_gradients(whole.groups(), step);
      give_gradients(sharded.groups(), step);
      whole.step(0.1);
      sharded.step(0.1);
    }
    for (size_t index = 0; index < 2; ++index) {
      for (size_t number = 0; number < whole.groups()[index].parameters.size(); ++number) {
        check(torch::equal(whole.groups()[index].parameters[number].tensor,
                           sharded.groups()[index].parameters[number].tensor),
              "parameter {} of group {}", number, index);
      }
    }
    const auto gathered = sharded.gather_state();
    check(place.rank == 0 ? are_equal(gathered, whole.state()) : gathered.empty(), "gathered");

    if (place.rank == 0) save_tensors(folder / "state", gathered);
    group.meet();
    ShardedOptimizer restored(some_groups(), kOptions, group, /*is_sharded=*/true);
    restored.restore(folder / "state");
    check(are_equal(restored.state(), sharded.state()), "restored");
    sharded.zero_grad();
    check(optim::with_gradients(sharded.groups()).empty(), "zero_grad");
  });
  EXPECT_EQ(thrown, test::nothing_thrown(3));
}

TEST(ShardedOptimizer, RefusesTheStateOfAnotherModel) {
  const test::TemporaryFolder folder;
  ProcessGroup alone;
  ShardedOptimizer optimizer(some_groups(), kOptions, alone, /*is_sharded=*/true);
  auto state = optimizer.gather_state();
  state.erase("of 7.step");
  save_tensors(folder / "state", state);
  EXPECT_NE(test::error_of([&] { optimizer.restore(folder / "state"); }).find("12 tensors"),
            std::string::npos);
}

}  // namespace
}  // namespace unipic::train
