#include "nn/lora.h"

#include <gtest/gtest.h>

#include "nn/holder.h"
#include "nn/linear.h"
#include "support/close.h"
#include "support/error.h"

namespace unipic::nn {
namespace {

using test::error_of;

// Two linear layers in a row, "block.in" and "block.out".
class TwoLayersImpl : public torch::nn::Module {
 public:
  TwoLayersImpl() {
    auto block = register_module("block", Holder());
    in_ = block->register_module("in", Linear(5, 7));
    out_ = block->register_module("out", Linear(7, 3, LinearOptions{.bias = false}));
    torch::manual_seed(1);
    for (auto& parameter : parameters()) {
      parameter.set_data(torch::randn(parameter.sizes()));
      parameter.set_requires_grad(true);
    }
  }
  torch::Tensor forward(const torch::Tensor& x) const {
    return out_->forward(torch::silu(in_->forward(x)));
  }

 private:
  Linear in_ = nullptr, out_ = nullptr;
};
TORCH_MODULE(TwoLayers);

const LoraConfig kBoth = {.rank = 2, .alpha = 6.0, .targets = {"block.*"}};

// As if something had been learnt.
void change_up(ops::LowRankChanges& changes) {
  const torch::NoGradGuard no_grad;
  for (auto& [layer, change] : changes) change.up_MR.normal_();
}

class Lora : public testing::Test {
 protected:
  TwoLayers base_, changed_;
  const torch::Tensor x_ = torch::randn({4, 5});
};

TEST_F(Lora, ThatHasLearntNothingChangesNothing) {
  add_lora(*changed_, kBoth, 1);
  EXPECT_TRUE(torch::equal(changed_->forward(x_), base_->forward(x_)));
}

TEST_F(Lora, ChangesTheLayersThatItsPatternsName) {
  auto both = add_lora(*changed_, kBoth, 1);
  ASSERT_EQ(both.size(), 2U);
  EXPECT_EQ(both.at("block.in").down_RN.sizes(), (std::vector<int64_t>{2, 5}));
  EXPECT_EQ(both.at("block.in").up_MR.sizes(), (std::vector<int64_t>{7, 2}));
  EXPECT_EQ(both.at("block.out").scale, 3.0);
  TwoLayers other;
  const auto one = add_lora(*other, {.rank = 1, .targets = {"*ou?"}}, 1);
  ASSERT_EQ(one.size(), 1U);
  EXPECT_TRUE(one.contains("block.out"));
}

TEST_F(Lora, AddsScaledProductsToTheWeights) {
  auto changes = add_lora(*changed_, kBoth, 1);
  change_up(changes);
  const auto weights = base_->named_parameters();
  const auto with_change = [&](const std::string& layer) {
    const auto& [down_RN, up_MR, scale] = changes.at(layer);
    return weights[layer + ".weight"] + scale * up_MR.mm(down_RN);
  };
  const auto hidden = x_.mm(with_change("block.in").t()) + weights["block.in.bias"];
  const auto expected = torch::silu(hidden).mm(with_change("block.out").t());
  EXPECT_TRUE(test::is_close(changed_->forward(x_), expected, 1e-5));
  EXPECT_FALSE(test::is_close(base_->forward(x_), expected, 1e-2));
}

TEST_F(Lora, MergedComputesTheSame) {
  auto changes = add_lora(*changed_, kBoth, 1);
  change_up(changes);
  merge_lora(*base_, changes);
  EXPECT_TRUE(test::is_close(base_->forward(x_), changed_->forward(x_), 1e-5));
}

TEST_F(Lora, MergesIntoMemoryOfItsOwn) {
  auto changes = add_lora(*changed_, kBoth, 1);
  change_up(changes);
  const auto shared = base_->named_parameters()["block.in.weight"].detach();
  const auto before = shared.clone();
  merge_lora(*base_, changes);
  EXPECT_TRUE(torch::equal(shared, before));
}

TEST_F(Lora, GivesGradientsToTheChangesAlone) {
  auto changes = add_lora(*changed_, kBoth, 1);
  change_up(changes);
  changed_->forward(x_).square().sum().backward();
  for (const auto& [layer, change] : changes) {
    EXPECT_GT(change.down_RN.grad().abs().sum().item<double>(), 0) << layer;
    EXPECT_GT(change.up_MR.grad().abs().sum().item<double>(), 0) << layer;
  }
  for (const auto& parameter : changed_->named_parameters()) {
    EXPECT_FALSE(parameter.value().grad().defined()) << parameter.key();
  }
}

TEST_F(Lora, BeginsTheSameForTheSameSeed) {
  TwoLayers same, other;
  const auto down = [](TwoLayers& model, uint64_t seed) {
    return add_lora(*model, kBoth, seed).at("block.out").down_RN;
  };
  const auto first = down(changed_, 1);
  EXPECT_TRUE(torch::equal(down(same, 1), first));
  EXPECT_FALSE(torch::equal(down(other, 2), first));
  const double bound = 1.0 / std::sqrt(7.0);
  EXPECT_LE(first.abs().max().item<double>(), bound);
  EXPECT_GT(first.abs().max().item<double>(), 0.5 * bound);
}

TEST_F(Lora, RefusesTargetsThatAreNoLinearLayers) {
  EXPECT_EQ(error_of([&] {
              add_lora(*changed_, {.rank = 1, .targets = {"block.in", "block"}}, 1);
            }),
            "lora.targets: 'block' names no linear layer; one is 'block.in'");
  EXPECT_EQ(error_of([&] { add_lora(*changed_, {.rank = 1, .targets = {}}, 1); }),
            "lora.targets is empty: nothing to learn");
  EXPECT_EQ(error_of([&] { add_lora(*changed_, {.rank = -1}, 1); }),
            "lora.rank = -1, not within 0..4096");
  EXPECT_EQ(error_of([&] { add_lora(*changed_, {.rank = 1, .alpha = 0}, 1); }),
            "lora.alpha = 0, must be positive");
}

TEST_F(Lora, RefusesToMergeWhatDoesNotFit) {
  const auto change = [](int64_t num_outputs) {
    return ops::LowRank{.down_RN = torch::zeros({1, 5}), .up_MR = torch::zeros({num_outputs, 1})};
  };
  EXPECT_EQ(error_of([&] {
              merge_lora(*base_, {{"block.up", change(7)}});
            }),
            "LoRA: 'block.up' is no linear layer of the model");
  EXPECT_EQ(error_of([&] {
              merge_lora(*base_, {{"block.in", change(8)}});
            }),
            "LoRA: the change to 'block.in' is for a weight [8, 5], the model's is [7, 5]");
}

}  // namespace
}  // namespace unipic::nn
