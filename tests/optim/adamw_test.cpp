#include "optim/adamw.h"

#include <gtest/gtest.h>
#include <torch/types.h>

#include "optim/ema.h"
#include "support/close.h"

namespace unipic::optim {
namespace {

torch::Tensor parameter(torch::IntArrayRef shape) {
  return torch::randn(shape).set_requires_grad(true);
}

TEST(AdamW, UpdatesAsTheFormulaInDoubleSays) {
  torch::manual_seed(1);
  const auto weight = parameter({3, 4});
  const auto start = weight.detach().to(torch::kDouble).clone();
  AdamW optimizer({{.parameters = {{"w", weight}}, .weight_decay = 0.1, .lr_scale = 0.5}},
                  {.beta1 = 0.8, .beta2 = 0.9, .eps = 1e-6});
  auto expected = start.clone();
  auto mean = torch::zeros_like(start);
  auto square = torch::zeros_like(start);
  for (int step = 1; step <= 3; ++step) {
    const auto gradient = torch::randn({3, 4});
    weight.mutable_grad() = gradient;
    optimizer.step(0.02);

    const auto g = gradient.to(torch::kDouble);
    mean = 0.8 * mean + 0.2 * g;
    square = 0.9 * square + 0.1 * g * g;
    const auto corrected = (square / (1 - std::pow(0.9, step))).sqrt() + 1e-6;
    expected = expected * (1 - 0.01 * 0.1) - 0.01 * (mean / (1 - std::pow(0.8, step))) / corrected;
  }
  EXPECT_TRUE(test::is_close(weight.detach(), expected.to(torch::kFloat), 1e-6));
}

TEST(AdamW, LeavesParametersWithoutGradientAlone) {
  const auto used = parameter({2});
  const auto unused = parameter({2});
  const auto before = unused.detach().clone();
  AdamW optimizer({{.parameters = {{"used", used}, {"unused", unused}}, .weight_decay = 0.1}}, {});
  used.mutable_grad() = torch::ones({2});
  optimizer.step(0.1);
  EXPECT_TRUE(torch::equal(unused.detach(), before));
  EXPECT_EQ(optimizer.state().at("unused.step").item<float>(), 0);
  EXPECT_EQ(optimizer.state().at("used.step").item<float>(), 1);
}

TEST(AdamW, GoesOnFromACopiedStateAsIfNotInterrupted) {
  torch::manual_seed(2);
  const auto a = parameter({5});
  const auto b = a.detach().clone().set_requires_grad(true);
  AdamW first({{.parameters = {{"w", a}}}}, {});
  a.mutable_grad() = torch::randn({5});
  b.mutable_grad() = a.grad().clone();
  first.step(0.1);

  AdamW second({{.parameters = {{"w", b}}}}, {});
  for (auto& [name, tensor] : second.state()) tensor.copy_(first.state().at(name));
  b.detach().copy_(a.detach());
  a.mutable_grad() = torch::randn({5});
  b.mutable_grad() = a.grad().clone();
  first.step(0.1);
  second.step(0.1);
  EXPECT_TRUE(torch::equal(a, b));
}

TEST(ClipGradients, ScalesToTheNormOnlyWhatExceedsIt) {
  const auto x = parameter({2});
  const std::vector<ParameterGroup> groups = {{.parameters = {{"x", x}}}};
  x.mutable_grad() = torch::tensor({3.0F, 4.0F});
  EXPECT_DOUBLE_EQ(clip_gradients(groups, 10.0), 5.0);
  EXPECT_TRUE(torch::equal(x.grad(), torch::tensor({3.0F, 4.0F})));
  EXPECT_DOUBLE_EQ(clip_gradients(groups, 1.0), 5.0);
  EXPECT_TRUE(test::is_close(x.grad(), torch::tensor({0.6F, 0.8F}), 1e-6));
}

TEST(Ema, FollowsTheParametersWithARampedDecay) {
  const auto x = torch::zeros({1}).set_requires_grad(true);
  Ema ema({{"x", x}}, 0.9);
  x.detach().fill_(1.0);
  ema.update();  // decay 1/10
  EXPECT_NEAR(ema.find("x").item<float>(), 0.9, 1e-6);
  ema.update();  // decay 2/11
  EXPECT_NEAR(ema.find("x").item<float>(), 1 - 0.1 * 2 / 11, 1e-6);
  EXPECT_FALSE(ema.find("y").defined());
}

TEST(Ema, SwapsThereAndBack) {
  const auto x = torch::zeros({1}).set_requires_grad(true);
  Ema ema({{"x", x}}, 0.5);
  x.detach().fill_(4.0);
  ema.swap();
  EXPECT_EQ(x.item<float>(), 0.0F);
  ema.swap();
  EXPECT_EQ(x.item<float>(), 4.0F);
}

}  // namespace
}  // namespace unipic::optim
