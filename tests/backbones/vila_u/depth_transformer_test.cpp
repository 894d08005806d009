#include "backbones/vila_u/depth_transformer.h"

#include <gtest/gtest.h>

#include "convert/random_weights.h"

namespace unipic::vila_u {
namespace {

using torch::Tensor;

class SmallDepthTransformer : public testing::Test {
 protected:
  SmallDepthTransformer() {
    torch::manual_seed(1);
    convert::randomize(*transformer_, torch::kFloat, /*seed=*/1);
  }

  const torch::NoGradGuard no_grad_;
  DepthTransformer transformer_{DepthConfig{.hidden_dim = 10,
                                            .code_dim = 6,
                                            .dim = 12,
                                            .attention_dim = 16,
                                            .num_heads = 4,
                                            .mlp_dim = 20,
                                            .num_layers = 2,
                                            .num_codes = 9,
                                            .depth = 3}};
  const Tensor hidden_ = torch::randn({5, 10}), rows_ = torch::randn({5, 3, 6});
};

TEST_F(SmallDepthTransformer, TellsCodesOneByOneAsAllAtOnce) {
  const auto scores = transformer_->forward(hidden_, rows_);
  auto cache = transformer_->make_cache();
  for (int64_t position = 0; position < 2; ++position) {
    cache.cut_back(0);
    EXPECT_TRUE(
        torch::allclose(transformer_->first(hidden_, cache), scores.select(1, 0), 1e-4, 1e-5));
    for (int64_t level = 1; level < 3; ++level) {
      const auto sum = rows_.narrow(1, 0, level).sum(1);
      EXPECT_TRUE(
          torch::allclose(transformer_->next(sum, cache), scores.select(1, level), 1e-4, 1e-5));
    }
  }
}

TEST_F(SmallDepthTransformer, IsTheSameFunctionFused) {
  const auto scores = transformer_->forward(hidden_, rows_);
  transformer_->fuse();
  EXPECT_TRUE(torch::allclose(transformer_->forward(hidden_, rows_), scores, 1e-4, 1e-5));
  EXPECT_FALSE(
      transformer_->named_parameters().contains("head_transformer.blocks.0.attn.query.weight"));
}

TEST_F(SmallDepthTransformer, DropsOutTwiceALayer) {
  int64_t num_calls = 0;
  const Dropout none = [&](const Tensor& x) {
    ++num_calls;
    return x;
  };
  EXPECT_TRUE(
      transformer_->forward(hidden_, rows_, none).equal(transformer_->forward(hidden_, rows_)));
  EXPECT_EQ(num_calls, 4);
}

}  // namespace
}  // namespace unipic::vila_u
