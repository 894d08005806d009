#include "train/distributed/gradient_sum.h"

#include <gtest/gtest.h>

#include "base/check.h"
#include "support/processes.h"

namespace unipic::train {
namespace {

using torch::Tensor;

std::vector<Tensor> parameters(size_t count) {
  std::vector<Tensor> parameters;
  for (size_t index = 0; index < count; ++index) {
    parameters.push_back(torch::ones({3}).set_requires_grad(true));
  }
  return parameters;
}

void forget(std::vector<Tensor>& parameters) {
  for (auto& parameter : parameters) parameter.mutable_grad().reset();
}

bool is_all(const Tensor& tensor, double value) { return tensor.eq(value).all().item<bool>(); }

// Each tensor in a bucket of its own.
constexpr int64_t kTinyBuckets = 1;

TEST(GradientSum, IsTheSumOnEveryProcessInEveryStep) {
  const auto thrown = test::in_processes(2, [](const ProcessEnvironment& place) {
    auto group = test::join(place);
    auto weights = parameters(4);
    GradientSum sum(weights, group, kTinyBuckets);
    for (int64_t step = 1; step <= 3; ++step) {
      forget(weights);
      const auto scale = static_cast<double>(step * (place.rank + 1));
      sum.begin();
      // The last is used by nobody, the one before it by rank 1 alone.
      auto loss = (weights[0] * weights[1]).sum() * scale;
      if (place.rank == 1) loss = loss + 5 * weights[2].sum();
      loss.backward();
      sum.finish();
      const auto expected = static_cast<double>(3 * step);
      check(is_all(weights[0].grad(), expected) && is_all(weights[1].grad(), expected),
            "used by all, step {}", step);
      check(is_all(weights[2].grad(), 5), "used by one, step {}", step);
      check(!weights[3].grad().defined(), "used by none, step {}", step);
      // What does not come on rank 0 comes first; then its order of arrival.
      if (step > 1) check(sum.num_overlapped() == 4, "overlap: {}", sum.num_overlapped());
    }
  });
  EXPECT_EQ(thrown, test::nothing_thrown(2));
}

TEST(GradientSum, TakesInGradientsOfEarlierMicroBatches) {
  const auto thrown = test::in_processes(2, [](const ProcessEnvironment& place) {
    auto group = test::join(place);
    auto weights = parameters(2);
    GradientSum sum(weights, group, kTinyBuckets);
    for (int64_t step = 0; step < 3; ++step) {
      forget(weights);
      (weights[0].sum() + weights[1].sum()).backward();
      sum.begin();
      (weights[1].sum() * static_cast<double>(place.rank)).backward();
      sum.finish();
      check(is_all(weights[0].grad(), 2) && is_all(weights[1].grad(), 3), "step {}", step);
    }
  });
  EXPECT_EQ(thrown, test::nothing_thrown(2));
}

// As with a checkpointed block that is used twice, and only sometimes.
TEST(GradientSum, NoticesGradientsThatChangeAfterTheyLeft) {
  const auto thrown = test::in_processes(2, [](const ProcessEnvironment& place) {
    auto group = test::join(place);
    auto weights = parameters(1);
    GradientSum sum(weights, group, kTinyBuckets);
    for (int64_t step = 0; step < 3; ++step) {
      forget(weights);
      sum.begin();
      weights[0].sum().backward();
      const bool again = step == 1 && place.rank == 1;
      if (again) weights[0].sum().backward();
      sum.finish();
      check(is_all(weights[0].grad(), step == 1 ? 3 : 2), "step {}", step);
    }
  });
  EXPECT_EQ(thrown, test::nothing_thrown(2));
}

TEST(GradientSum, NeedsNoBackwardPass) {
  const auto thrown = test::in_processes(2, [](const ProcessEnvironment& place) {
    auto group = test::join(place);
    auto weights = parameters(2);
    GradientSum sum(weights, group);
    for (int64_t step = 0; step < 2; ++step) {
      sum.begin();
      sum.finish();
      check(!weights[0].grad().defined(), "no gradient");
    }
  });
  EXPECT_EQ(thrown, test::nothing_thrown(2));
}

TEST(GradientSum, LeavesNoHookBehind) {
  const auto thrown = test::in_processes(2, [](const ProcessEnvironment& place) {
    auto group = test::join(place);
    auto weights = parameters(1);
    { GradientSum(weights, group).begin(); }
    weights[0].sum().backward();
  });
  EXPECT_EQ(thrown, test::nothing_thrown(2));
}

TEST(Buckets, AreCutBySizeAndType) {
  const auto floats = [](int64_t count) { return torch::empty({count}); };
  const auto buckets = cut_into_buckets(
      {floats(2), floats(2), floats(2), floats(9), floats(1), torch::empty({1}, torch::kDouble)},
      /*bytes=*/16);
  EXPECT_EQ(buckets, (std::vector<std::vector<size_t>>{{0, 1}, {2}, {3}, {4}, {5}}));
  EXPECT_TRUE(cut_into_buckets({}).empty());
}

}  // namespace
}  // namespace unipic::train
