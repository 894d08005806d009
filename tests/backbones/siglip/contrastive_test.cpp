#include "backbones/siglip/contrastive.h"

#include <gtest/gtest.h>

#include <cmath>

#include "convert/random_weights.h"
#include "support/error.h"

namespace unipic::siglip {
namespace {

using torch::Tensor;

const Config kVision = {.hidden_size = 24,
                        .intermediate_size = 40,
                        .num_layers = 2,
                        .num_heads = 3,
                        .image_size = 16,
                        .patch_size = 8};
const TextConfig kText = {.vocab_size = 20,
                          .hidden_size = 24,
                          .intermediate_size = 40,
                          .num_layers = 1,
                          .num_heads = 3,
                          .num_positions = 5};

TEST(SigmoidLoss, IsThatOfEachPairByItself) {
  const auto logits = torch::tensor({{1.0, -2.0}, {0.5, 3.0}}, torch::kDouble);
  const auto softplus = [](double x) { return std::log1p(std::exp(x)); };
  const double expected = (softplus(-1.0) + softplus(-2.0) + softplus(0.5) + softplus(-3.0)) / 2;
  EXPECT_NEAR(sigmoid_loss(logits).item<double>(), expected, 1e-12);
}

TEST(ContrastiveModel, ComparesEachTextWithEachPicture) {
  torch::NoGradGuard no_grad;
  ContrastiveModel model(kVision, kText);
  convert::randomize(*model, torch::kFloat, 3);
  const auto pixels = torch::rand({3, 3, 16, 16}) * 2 - 1;
  const auto ids = torch::randint(0, 20, {3, 5}, torch::kLong);
  const auto all = model->forward(pixels, ids);
  const auto exchanged = model->forward(pixels.flip(0), ids);
  EXPECT_TRUE(torch::allclose(all, exchanged.flip(1), 1e-4, 1e-5));
  EXPECT_FALSE(torch::allclose(all.select(1, 0), all.select(1, 1), 1e-4, 1e-5));
}

TEST(ContrastiveModel, HasThePublishedNames) {
  const ContrastiveModel model(kVision, kText);
  const auto parameters = model->named_parameters();
  for (const auto* name :
       {"logit_scale", "logit_bias", "text_model.embeddings.token_embedding.weight",
        "text_model.encoder.layers.0.self_attn.q_proj.weight", "text_model.final_layer_norm.bias",
        "text_model.head.weight", "vision_model.head.probe",
        "vision_model.encoder.layers.1.mlp.fc1.weight"}) {
    EXPECT_TRUE(parameters.contains(name)) << name;
  }
}

TEST(ContrastiveModel, RefusesTowersOfDifferentWidths) {
  auto text = kText;
  text.hidden_size = 48;
  EXPECT_NE(test::error_of([&] { ContrastiveModel(kVision, text); }).find("24"), std::string::npos);
}

TEST(ContrastiveModel, RefusesTextsOfAnotherLength) {
  ContrastiveModel model(kVision, kText);
  convert::randomize(*model, torch::kFloat, 3);
  EXPECT_NE(test::error_of([&] {
              model->forward(torch::zeros({1, 3, 16, 16}), torch::zeros({1, 4}, torch::kLong));
            }).find("4 tokens"),
            std::string::npos);
}

}  // namespace
}  // namespace unipic::siglip
