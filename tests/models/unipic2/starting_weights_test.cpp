#include "models/unipic2/starting_weights.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "models/unipic2/parts.h"
#include "support/close.h"
#include "support/places.h"

namespace unipic::unipic2 {
namespace {

const std::filesystem::path kTransformer =
    test::golden_folder() / "unipic2/checkpoint/UniPic2-SD3.5M-Kontext-2B/transformer";

sd3::Config small() {
  return {.num_layers = 2,
          .num_heads = 2,
          .head_dim = 8,
          .context_dim = 12,
          .pooled_dim = 6,
          .max_grid_size = 4,
          .num_dual_layers = 1};
}

TEST(StartingWeights, HaveThePublishedTableOfPositions) {
  const auto published = load_transformer(kTransformer, {})->named_buffers()["pos_embed.pos_embed"];
  // 16 latents a side in patches of 2 are the table's measure (config.json: sample_size).
  EXPECT_TRUE(test::is_close(position_table(12, 32, 8.0 / 12.0), published, 4e-3));
}

TEST(StartingWeights, ForetellNoVelocityAndAreThoseOfTheirSeed) {
  const torch::NoGradGuard no_grad;
  sd3::Transformer one(small()), same(small()), other(small());
  initialize(one, 1, 1.0);
  initialize(same, 1, 1.0);
  initialize(other, 2, 1.0);
  const sd3::Conditions conditions = {torch::randn({1, 3, 12}), torch::randn({1, 6}), {}, {}};
  const auto velocity =
      one->forward(torch::randn({1, 16, 4, 4}), torch::tensor({500.0F}), conditions);
  EXPECT_TRUE(torch::equal(velocity, torch::zeros_like(velocity)));
  const auto* name = "transformer_blocks.0.attn.to_q.weight";
  const auto weight = one->named_parameters()[name];
  EXPECT_TRUE(torch::equal(weight, same->named_parameters()[name]));
  EXPECT_FALSE(torch::equal(weight, other->named_parameters()[name]));
}

TEST(StartingWeights, ComeWithConfigsThatAreReadBack) {
  EXPECT_EQ(sd3::config_from_json(config_to_json(small()), "test"), small());
  const ConditionerConfig config = {.num_queries = 3,
                                    .llm_dim = 8,
                                    .context_dim = 12,
                                    .pooled_dim = 6,
                                    .layer = {.dim = 16, .num_heads = 2, .hidden_dim = 24},
                                    .num_layers = 1};
  const auto json = config_to_json(config);
  EXPECT_EQ(config_to_json(conditioner_config_from_json(json, "test")), json);
}

}  // namespace
}  // namespace unipic::unipic2
