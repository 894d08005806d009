#include "backbones/sana/model.h"

#include <gtest/gtest.h>

#include "convert/random_weights.h"

namespace unipic::sana {
namespace {

using torch::Tensor;

// A tiny transformer with noise and captions of three pictures.
class ThreeSanaPictures : public testing::Test {
 protected:
  ThreeSanaPictures() {
    torch::manual_seed(1);
    convert::randomize(*transformer_, torch::kFloat, 1);
  }

  Tensor velocity(const Caption& caption) const {
    return transformer_->forward(noisy_, timesteps_, caption);
  }

  Transformer transformer_ = Transformer(Config{.in_channels = 4,
                                                .out_channels = 4,
                                                .num_layers = 2,
                                                .num_heads = 2,
                                                .head_dim = 8,
                                                .num_cross_heads = 2,
                                                .cross_head_dim = 8,
                                                .caption_channels = 12});
  Tensor noisy_ = torch::randn({3, 4, 3, 5});
  Tensor timesteps_ = torch::tensor({999.0, 500.0, 3.0});
  Tensor captions_ = torch::randn({3, 7, 12});
};

TEST_F(ThreeSanaPictures, AreWhatEachIsAlone) {
  const torch::NoGradGuard no_grad;
  const auto together = velocity(transformer_->read(captions_));
  for (int64_t picture = 0; picture < 3; ++picture) {
    const auto one = [&](const Tensor& rows) { return rows.narrow(0, picture, 1); };
    const auto alone =
        transformer_->forward(one(noisy_), one(timesteps_), transformer_->read(one(captions_)));
    EXPECT_TRUE(torch::allclose(one(together), alone, 1e-4, 1e-5));
  }
}

TEST_F(ThreeSanaPictures, SeeNothingOfHiddenTokens) {
  const torch::NoGradGuard no_grad;
  auto mask = torch::ones({3, 7}, torch::kLong);
  mask.narrow(1, 4, 3).zero_();
  EXPECT_TRUE(torch::allclose(velocity(transformer_->read(captions_, mask)),
                              velocity(transformer_->read(captions_.narrow(1, 0, 4))), 1e-4, 1e-5));
}

TEST_F(ThreeSanaPictures, KeepTheCaptionsOfTheirRows) {
  const torch::NoGradGuard no_grad;
  const auto rows = torch::tensor({2, 0});
  const auto all = velocity(transformer_->read(captions_));
  const auto some =
      transformer_->forward(noisy_.index_select(0, rows), timesteps_.index_select(0, rows),
                            transformer_->read(captions_).rows(rows));
  EXPECT_TRUE(torch::allclose(some, all.index_select(0, rows), 1e-4, 1e-5));
}

TEST_F(ThreeSanaPictures, TeachEveryWeight) {
  for (auto& parameter : transformer_->parameters()) parameter.set_requires_grad(true);
  velocity(transformer_->read(captions_)).square().sum().backward();
  for (const auto& parameter : transformer_->named_parameters()) {
    // It moves all scores of a query alike, which a softmax does not see.
    if (parameter.key().ends_with("attn2.to_k.bias")) continue;
    const auto& gradient = parameter.value().grad();
    EXPECT_TRUE(gradient.defined() && gradient.abs().sum().item<double>() > 0) << parameter.key();
  }
}

}  // namespace
}  // namespace unipic::sana
