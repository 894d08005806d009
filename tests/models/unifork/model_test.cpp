#include "models/unifork/model.h"

#include "models/unifork/checkpoint_copy.h"
#include "models/unifork/stages.h"
#include "support/error.h"

namespace unipic::unifork {
namespace {

using torch::Tensor;

// Splits other than the published one, of which the goldens are.
class UniForkSplit : public CheckpointCopy {
 protected:
  // Gives the second branch `num_layers` layers, copies of the first branch's.
  void split(int64_t num_layers) const {
    constexpr int64_t kLayers = 4;
    change_weights([&](test::Tensors& tensors) {
      std::erase_if(tensors, [](const auto& tensor) {
        return tensor.first.starts_with("model.gen_fork_layers.");
      });
      test::Tensors branch = {{"model.norm_gen.weight", tensors.at("model.norm.weight")}};
      for (int64_t layer = 0; layer < num_layers; ++layer) {
        const auto from = fmt::format("model.layers.{}.", kLayers - num_layers + layer);
        for (const auto& [name, tensor] : tensors) {
          if (!name.starts_with(from)) continue;
          branch[fmt::format("model.gen_fork_layers.{}.{}", layer, name.substr(from.size()))] =
              tensor;
        }
      }
      for (const auto& [name, tensor] : branch) tensors[name] = tensor;
    });
  }
};

TEST_F(UniForkSplit, AnywhereACopiedBranchComputesTheSame) {
  for (const int64_t num_layers : {1, 3, 4}) {
    split(num_layers);
    const auto loaded = load_model(open_checkpoint(model()), {});
    EXPECT_EQ(loaded->config().num_shared_layers, 4 - num_layers);
    const auto embeddings = torch::randn({2, 5, 64});
    const auto positions = torch::arange(5).unsqueeze(0);
    EXPECT_TRUE(torch::equal(loaded->understanding()->decoder()->forward(embeddings, positions, {}),
                             loaded->generation()->forward(embeddings, positions, {})));
  }
}

TEST_F(UniForkSplit, DecidesWhatTheLastStageTeaches) {
  Config config;
  config.llm.num_layers = 5;
  config.num_shared_layers = published_split(5);
  EXPECT_FALSE(learns(Stage::kUnderstanding, "model.layers.1.mlp.up_proj.weight", config));
  EXPECT_TRUE(learns(Stage::kUnderstanding, "model.layers.2.mlp.up_proj.weight", config));
  EXPECT_FALSE(learns(Stage::kUnderstanding, "model.norm_gen.weight", config));
  EXPECT_EQ(test::error_of([] { stage_named("2.5"); }),
            "no stage '2.5'; there are 1.0, 1.5, 2.0, 3.0, 4.0 and 5.0");
}

TEST(UniFork, BeginsTrainingWithTwoEqualBranches) {
  auto loaded = load_model(open_checkpoint(kPublished / "unifork"), {});
  const auto embeddings = torch::randn({2, 5, 64});
  const auto positions = torch::arange(5).unsqueeze(0);
  const auto of_generation = [&] {
    return loaded->generation()->forward(embeddings, positions, {});
  };
  const auto of_understanding =
      loaded->understanding()->decoder()->forward(embeddings, positions, {});
  EXPECT_FALSE(torch::allclose(of_generation(), of_understanding));
  loaded->copy_branch();
  EXPECT_TRUE(torch::equal(of_generation(), of_understanding));
}

TEST(UniFork, KeepsRowsThatAreFilledUpOnTheLeftFinite) {
  const auto loaded = load_model(open_checkpoint(kPublished / "unifork"), {});
  const auto embeddings = torch::randn({1, 4, 64});
  const auto mask = torch::tensor({{0, 0, 1, 1}});
  const auto positions = torch::arange(4).unsqueeze(0);
  const auto hidden = loaded->generation()->forward(embeddings, positions, mask);
  EXPECT_TRUE(hidden.isfinite().all().item<bool>());
  const auto alone =
      loaded->generation()->forward(embeddings.narrow(1, 2, 2), positions.narrow(1, 2, 2), {});
  EXPECT_TRUE(torch::allclose(hidden.narrow(1, 2, 2), alone, 1e-4, 1e-5));
}

}  // namespace
}  // namespace unipic::unifork
