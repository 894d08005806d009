#include "nn/linear.h"

#include <gtest/gtest.h>

#include "base/check.h"
#include "nn/holder.h"

namespace unipic::nn {
namespace {

using torch::Tensor;

Linear random_linear(int64_t in_features, int64_t out_features, torch::ScalarType dtype) {
  torch::NoGradGuard no_grad;
  Linear linear(in_features, out_features);
  for (auto& parameter : linear->parameters()) {
    parameter.set_data((torch::randn(parameter.sizes()) / 8).to(dtype));
  }
  return linear;
}

Tensor random_rows(at::IntArrayRef sizes) { return torch::randn(sizes).to(torch::kBFloat16); }

// Two bf16 results of the same sums differ by a rounding or two.
void expect_near(const Tensor& a, const Tensor& b) {
  ASSERT_EQ(a.sizes(), b.sizes());
  EXPECT_EQ(a.scalar_type(), b.scalar_type());
  EXPECT_TRUE(torch::allclose(a.to(torch::kFloat), b.to(torch::kFloat), 1.0 / 64, 1.0 / 256));
}

class PackedLinear : public testing::Test {
 protected:
  torch::NoGradGuard no_grad_;
};

TEST_F(PackedLinear, GivesWhatThePlainOneGives) {
  torch::manual_seed(1);
  auto linear = random_linear(40, 24, torch::kBFloat16);
  const auto x = random_rows({2, 5, 40});
  const auto apart = random_rows({2, 40, 5}).transpose(1, 2);
  for (const auto activation : {ops::Activation::kNone, ops::Activation::kSilu,
                                ops::Activation::kGelu, ops::Activation::kGeluTanh}) {
    auto packed = random_linear(40, 24, torch::kBFloat16);
    packed->weight().copy_(linear->weight());
    packed->bias().copy_(linear->bias());
    packed->pack();
    EXPECT_EQ(packed->weight().numel(), 0);
    EXPECT_EQ(packed->dtype(), torch::kBFloat16);
    expect_near(packed->forward(x, activation), linear->forward(x, activation));
    expect_near(packed->forward(apart, activation), linear->forward(apart, activation));
  }
}

TEST_F(PackedLinear, MultipliesAnotherTensor) {
  torch::manual_seed(2);
  auto linear = random_linear(40, 24, torch::kBFloat16);
  const auto x = random_rows({3, 40}), other = random_rows({3, 24});
  const auto expected = linear->forward_times(other, x);
  expect_near(expected, other * linear->forward(x));
  linear->pack();
  expect_near(linear->forward_times(other.clone(), x), expected);
}

TEST_F(PackedLinear, StillAddsAChange) {
  torch::manual_seed(3);
  auto linear = random_linear(40, 24, torch::kBFloat16);
  const auto x = random_rows({3, 40});
  linear->set_change(
      {.down_RN = random_rows({4, 40}), .up_MR = random_rows({24, 4}), .scale = 0.5});
  const auto expected = linear->forward(x, ops::Activation::kSilu);
  linear->pack();
  expect_near(linear->forward(x, ops::Activation::kSilu), expected);
}

TEST_F(PackedLinear, MultipliesBy8BitWeightsPackedOrNot) {
  torch::manual_seed(4);
  const auto exact = random_linear(400, 24, torch::kBFloat16);
  auto linear = random_linear(400, 24, torch::kBFloat16);
  linear->weight().copy_(exact->weight());
  linear->bias().copy_(exact->bias());
  const auto x = random_rows({2, 5, 400});
  linear->quantize(ops::WeightBits::k8);
  EXPECT_EQ(linear->dtype(), torch::kChar);
  const auto relative_error = [&](const Tensor& y) {
    const auto expected = exact->forward(x).to(torch::kFloat);
    return ((y.to(torch::kFloat) - expected).norm() / expected.norm()).item<double>();
  };
  EXPECT_LT(relative_error(linear->forward(x)), 0.015);
  linear->pack();
  EXPECT_EQ(linear->weight().numel(), 0);
  EXPECT_LT(relative_error(linear->forward(x)), 0.02);
  const auto silu = torch::silu(linear->forward(x).to(torch::kFloat)).to(torch::kBFloat16);
  expect_near(linear->forward(x, ops::Activation::kSilu), silu);
}

TEST_F(PackedLinear, MultipliesBy4BitWeightsPackedOrNotWhereTheyFit) {
  torch::manual_seed(6);
  auto linear = random_linear(416, 24, torch::kBFloat16);
  const auto x = random_rows({2, 5, 416});
  linear->quantize(ops::WeightBits::k4);
  const auto plain = linear->forward(x).to(torch::kFloat);
  linear->pack();
  ASSERT_TRUE(std::holds_alternative<kernels::PackedInt4>(linear->packed()->weight));
  const auto packed = linear->forward(x).to(torch::kFloat);
  EXPECT_LT(((packed - plain).norm() / plain.norm()).item<double>(), 0.015);  // 8-bit rows
  auto narrow = random_linear(40, 24, torch::kBFloat16);
  narrow->quantize(ops::WeightBits::k4);
  narrow->pack();
  EXPECT_TRUE(std::holds_alternative<kernels::PackedInt8>(narrow->packed()->weight));
}

TEST_F(PackedLinear, KnowsLayersOfAStackByTheirNames) {
  EXPECT_TRUE(is_in_stack("llm.model.layers.3.mlp.up_proj"));
  EXPECT_TRUE(is_in_stack("mar.diffloss.net.res_blocks.11.mlp.0"));
  EXPECT_FALSE(is_in_stack("mar.diffloss.net.input_proj"));
  EXPECT_FALSE(is_in_stack("siglip2_proj.0"));
  EXPECT_FALSE(is_in_stack("layers."));
}

TEST_F(PackedLinear, LeavesOtherTypesAlone) {
  auto linear = random_linear(8, 4, torch::kFloat);
  linear->pack();
  EXPECT_EQ(linear->weight().numel(), 32);
  EXPECT_EQ(linear->packed(), nullptr);
}

TEST_F(PackedLinear, AllOfAModuleArePacked) {
  Holder holder;
  holder->register_module("a", random_linear(8, 4, torch::kBFloat16));
  const auto inner = holder->register_module("b", Holder());
  const auto deep = inner->register_module("c", random_linear(4, 4, torch::kBFloat16));
  pack_linears(*holder);
  EXPECT_NE(deep->packed(), nullptr);
}

TEST_F(PackedLinear, RefusesRowsOfAnotherWidthOrType) {
  auto linear = random_linear(8, 4, torch::kBFloat16);
  linear->pack();
  EXPECT_THROW(linear->forward(random_rows({3, 7})), Error);
  EXPECT_THROW(linear->forward(torch::randn({3, 8})), Error);
}

}  // namespace
}  // namespace unipic::nn
