#include "ops/attention.h"

#include <gtest/gtest.h>
#include <torch/autograd.h>
#include <torch/types.h>

#include <cmath>

#include "support/close.h"

namespace unipic::ops {
namespace {

using torch::Tensor;

// The definition, in double.
Tensor reference(const Tensor& q, const Tensor& k, const Tensor& v, const Tensor& mask) {
  const int64_t repeats = q.size(1) / k.size(1);
  const auto keys = k.to(torch::kDouble).repeat_interleave(repeats, 1);
  const auto values = v.to(torch::kDouble).repeat_interleave(repeats, 1);
  auto scores = q.to(torch::kDouble).matmul(keys.transpose(-1, -2)) /
                std::sqrt(static_cast<double>(q.size(3)));
  if (mask.defined()) scores = scores + mask.to(torch::kDouble);
  return scores.softmax(-1).matmul(values);
}

class Attention : public testing::TestWithParam<int64_t> {};

TEST_P(Attention, MatchesTheDefinitionForSharedKeysAndValues) {
  torch::manual_seed(1);
  const int64_t num_queries = GetParam();
  const auto q = torch::randn({2, 6, num_queries, 8});
  const auto k = torch::randn({2, 2, 13, 8});
  const auto v = torch::randn({2, 2, 13, 8});
  EXPECT_TRUE(test::is_close(attention(q, k, v), reference(q, k, v, {}), 1e-5));
}

TEST_P(Attention, AddsTheMaskOfEachRow) {
  torch::manual_seed(2);
  const int64_t num_queries = GetParam();
  const auto q = torch::randn({2, 4, num_queries, 8});
  const auto k = torch::randn({2, 2, 9, 8});
  const auto v = torch::randn({2, 2, 9, 8});
  auto mask = torch::zeros({2, 1, num_queries, 9});
  mask[0].narrow(-1, 3, 4).fill_(-std::numeric_limits<float>::infinity());
  const auto out = attention(q, k, v, mask);
  EXPECT_TRUE(test::is_close(out, reference(q, k, v, mask), 1e-5));

  // What the mask hides may hold anything.
  const auto other = v.clone();
  other[0].narrow(1, 3, 4).fill_(1e6F);
  EXPECT_TRUE(torch::equal(attention(q, k, other, mask)[0], out[0]));
}

TEST_P(Attention, LearnsInBf16WhatTheDefinitionLearns) {
  torch::manual_seed(3);
  const int64_t num_queries = GetParam();
  const auto mask = torch::zeros({1, 1, num_queries, 9});
  mask.narrow(-1, 3, 2).fill_(-std::numeric_limits<float>::infinity());
  const auto direction = torch::randn({2, 4, num_queries, 8});
  const auto q = torch::randn({2, 4, num_queries, 8});
  const auto k = torch::randn({2, 2, 9, 8});
  const auto v = torch::randn({2, 2, 9, 8});

  const auto gradients = [&](torch::ScalarType dtype, const auto& attend) {
    std::vector<Tensor> inputs;
    for (const auto& input : {q, k, v}) inputs.push_back(input.to(dtype).requires_grad_());
    const auto out = attend(inputs[0], inputs[1], inputs[2], mask.to(dtype));
    return torch::autograd::grad({out}, inputs, {direction.to(out.scalar_type())});
  };
  const auto expected = gradients(torch::kDouble, reference);
  const auto found =
      gradients(torch::kBFloat16, [](const auto&... tensors) { return attention(tensors...); });
  for (size_t i = 0; i < expected.size(); ++i) {
    EXPECT_TRUE(test::is_close(found[i].to(torch::kFloat), expected[i], 0.03)) << i;
  }
}

// Where there is no such kernel, LibTorch's must do.
TEST(OwnAttention, MatchesTheDefinitionInBf16) {
  torch::manual_seed(4);
  const torch::NoGradGuard no_grad;
  const auto heads = [](int64_t num_heads, int64_t num_rows) {
    return torch::randn({2, num_rows, num_heads, 24}).to(torch::kBFloat16).transpose(1, 2);
  };
  const auto q = heads(4, 40), k = heads(2, 50), v = heads(2, 50);
  auto mask = torch::zeros({1, 1, 40, 50}, torch::kBFloat16);
  mask.narrow(-1, 30, 20).fill_(-std::numeric_limits<float>::infinity());
  for (const auto& added : {Tensor(), mask}) {
    const auto out = attention(q, k, v, added, /*own_kernel=*/true);
    EXPECT_TRUE(test::is_close(out.to(torch::kFloat), reference(q, k, v, added), 0.02));
  }
}

INSTANTIATE_TEST_SUITE_P(OneQueryAndMany, Attention, testing::Values(1, 2, 7));

}  // namespace
}  // namespace unipic::ops
