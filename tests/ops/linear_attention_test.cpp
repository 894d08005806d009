#include "ops/linear_attention.h"

#include <gtest/gtest.h>

#include <torch/types.h>

namespace unipic::ops {
namespace {

TEST(ReluLinearAttention, IsItsDefinition) {
  const auto q = torch::randn({2, 3, 11, 4}), k = torch::randn({2, 3, 11, 4}),
             v = torch::randn({2, 3, 11, 4});
  const auto weights =
      torch::relu(q).to(torch::kDouble).matmul(torch::relu(k).to(torch::kDouble).transpose(-2, -1));
  const auto expected =
      weights.matmul(v.to(torch::kDouble)) / (weights.sum(-1, /*keepdim=*/true) + 1e-15);
  EXPECT_TRUE(
      torch::allclose(relu_linear_attention(q, k, v).to(torch::kDouble), expected, 1e-4, 1e-5));
}

TEST(ReluLinearAttention, OfAQueryThatSeesNothingIsZero) {
  const auto q = -torch::ones({1, 1, 2, 4}), k = torch::ones({1, 1, 2, 4});
  EXPECT_TRUE(torch::equal(relu_linear_attention(q, k, k), torch::zeros({1, 1, 2, 4})));
}

TEST(ReluLinearAttention, SumsBf16InFp32) {
  const auto q = torch::ones({1, 1, 4000, 2}, torch::kBFloat16);
  const auto out = relu_linear_attention(q, q, 3 * q);
  EXPECT_EQ(out.scalar_type(), torch::kBFloat16);
  EXPECT_TRUE(torch::equal(out, 3 * q));
}

}  // namespace
}  // namespace unipic::ops
