#include "nn/activation_checkpoint.h"

#include <gtest/gtest.h>

#include "ops/mixed_precision.h"

namespace unipic::nn {
namespace {

using torch::Tensor;

class Checkpointed : public testing::Test {
 protected:
  Checkpointed() { weight_.set_requires_grad(true); }

  Tensor block(const Tensor& x) const { return torch::tanh(x.mm(weight_)) + x; }
  // The gradients of the input and the weight through two blocks.
  std::pair<Tensor, Tensor> gradients(bool with_checkpoints) {
    weight_.mutable_grad().reset();
    const auto x = input_.clone().set_requires_grad(true);
    auto h = x;
    for (int layer = 0; layer < 2; ++layer) {
      const auto run = [this](const Tensor& t) { return ++calls_, block(t); };
      h = with_checkpoints ? activation_checkpoint(run, h) : run(h);
    }
    h.square().sum().backward();
    return {x.grad().clone(), weight_.grad().clone()};
  }

  Tensor input_ = torch::linspace(-1, 1, 12).view({3, 4});
  Tensor weight_ = torch::linspace(-0.5, 0.7, 16).view({4, 4});
  int calls_ = 0;
};

TEST_F(Checkpointed, GivesTheGradientsOfTheBlocksBitForBit) {
  const auto [x_plain, weight_plain] = gradients(false);
  const auto [x_checkpointed, weight_checkpointed] = gradients(true);
  EXPECT_TRUE(torch::equal(x_plain, x_checkpointed));
  EXPECT_TRUE(torch::equal(weight_plain, weight_checkpointed));
}

TEST_F(Checkpointed, ComputesEachBlockTwice) {
  gradients(true);
  EXPECT_EQ(calls_, 4);
}

TEST_F(Checkpointed, ComputesAgainInTheSameTypes) {
  std::vector<torch::ScalarType> types;
  const auto run = [&](const Tensor& x) {
    const auto product = x.mm(weight_);
    types.push_back(product.scalar_type());
    return product.to(torch::kFloat);
  };
  const auto x = input_.clone().set_requires_grad(true);
  Tensor out;
  {
    const ops::MixedPrecision mixed(torch::kBFloat16, torch::kCPU);
    out = activation_checkpoint(run, x);
  }
  out.sum().backward();
  EXPECT_EQ(types, (std::vector{torch::kBFloat16, torch::kBFloat16}));
}

TEST_F(Checkpointed, IsAPlainCallWithoutAGradient) {
  const auto run = [this](const Tensor& x) { return ++calls_, block(x); };
  EXPECT_TRUE(torch::equal(activation_checkpoint(run, input_).detach(), block(input_).detach()));
  EXPECT_EQ(calls_, 1);
}

}  // namespace
}  // namespace unipic::nn
