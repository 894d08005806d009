#include "optim/muon.h"

#include <gtest/gtest.h>
#include <torch/types.h>

#include "optim/optimizer.h"
#include "support/close.h"

namespace unipic::optim {
namespace {

NamedParameter parameter(const std::string& name, torch::IntArrayRef shape) {
  return {name, torch::randn(shape).set_requires_grad(true)};
}

TEST(Orthogonalized, KeepsSingularVectorsAndMakesValuesAboutOne) {
  torch::manual_seed(3);
  for (const auto& [rows, columns] : {std::pair{48, 96}, {96, 48}, {64, 64}}) {
    const auto [u, values, vh] = at::linalg_svd(torch::randn({rows, columns}), false);
    const auto even = values / values.max() + 0.2;  // no value so small that five steps miss it
    const auto result = orthogonalized(torch::mm(u * even, vh));
    const auto found = torch::mm(torch::mm(u.t(), result), vh.t());
    EXPECT_GT(found.diagonal().min().item<float>(), 0.6F);
    EXPECT_LT(found.diagonal().max().item<float>(), 1.3F);
    EXPECT_LT((found - found.diagonal().diag()).abs().max().item<float>(), 0.05F);
  }
}

TEST(Muon, UpdatesAsTheFormulaSays) {
  torch::manual_seed(4);
  const auto weight = parameter("w.weight", {40, 80});
  auto expected = weight.tensor.detach().clone();
  Muon optimizer({{.parameters = {weight}, .weight_decay = 0.1, .lr_scale = 0.5}},
                 {.momentum = 0.9, .scale = 0.3});
  auto momentum = torch::zeros({40, 80});
  for (int step = 0; step < 3; ++step) {
    const auto gradient = torch::randn({40, 80});
    weight.tensor.mutable_grad() = gradient;
    optimizer.step(0.02);
    momentum = 0.9 * momentum + gradient;
    const auto update = orthogonalized(gradient + 0.9 * momentum);
    expected = expected * (1 - 0.01 * 0.1) - 0.01 * 0.3 * std::sqrt(80.0) * update;
  }
  EXPECT_TRUE(test::is_close(weight.tensor.detach(), expected, 1e-5));
}

TEST(Muon, IsForHiddenMatrices) {
  EXPECT_TRUE(is_hidden_matrix(parameter("llm.model.layers.0.mlp.up_proj.weight", {64, 48})));
  EXPECT_TRUE(is_hidden_matrix(parameter("mar.decoder_embed.weight", {64, 48})));
  EXPECT_FALSE(is_hidden_matrix(parameter("llm.model.embed_tokens.weight", {64, 48})));
  EXPECT_FALSE(
      is_hidden_matrix(parameter("text_model.embeddings.token_embedding.weight", {64, 48})));
  EXPECT_FALSE(is_hidden_matrix(parameter("llm.lm_head.weight", {64, 48})));
  EXPECT_FALSE(is_hidden_matrix(parameter("mar.z_proj.weight", {64, 16})));
  EXPECT_FALSE(is_hidden_matrix(parameter("conv.weight", {64, 64, 3, 3})));
  EXPECT_FALSE(is_hidden_matrix(parameter("norm.weight", {64})));
}

TEST(Optimizer, GivesHiddenMatricesToMuonOnlyIfAsked) {
  const std::vector<ParameterGroup> groups = {
      {.parameters = {parameter("w.weight", {40, 40}), parameter("w.bias", {40})}}};
  const auto names = [&](Algorithm algorithm) {
    std::vector<std::string> names;
    for (const auto& [name, tensor] : Optimizer(groups, {.algorithm = algorithm}).state()) {
      names.push_back(name);
    }
    return names;
  };
  EXPECT_EQ(names(Algorithm::kMuon),
            (std::vector<std::string>{"w.bias.exp_avg", "w.bias.exp_avg_sq", "w.bias.step",
                                      "w.weight.momentum"}));
  EXPECT_EQ(names(Algorithm::kAdamW).size(), 6);
}

TEST(Optimizer, LeavesParametersWithoutGradientAlone) {
  const auto matrix = parameter("w.weight", {40, 40});
  const auto before = matrix.tensor.detach().clone();
  Optimizer optimizer({{.parameters = {matrix}, .weight_decay = 0.1}},
                      {.algorithm = Algorithm::kMuon});
  optimizer.step(0.1);
  EXPECT_TRUE(torch::equal(matrix.tensor.detach(), before));
}

}  // namespace
}  // namespace unipic::optim
