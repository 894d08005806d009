#include "models/unifork/config.h"

#include <gtest/gtest.h>

#include "support/error.h"

namespace unipic::unifork {
namespace {

TEST(UniForkConfig, IsThatOfTheArticleByDefault) {
  const Config config;
  EXPECT_NO_THROW(config.validate("default"));
  EXPECT_EQ(config.num_image_tokens(), 576);
  EXPECT_EQ(config.num_trained_tokens(), 256);
  EXPECT_EQ(published_split(24), config.num_shared_layers);
}

TEST(UniForkConfig, RefusesPartsThatDoNotFit) {
  const auto refusal = [](const auto& change) {
    Config config;
    change(config);
    return test::error_of([&] { config.validate("here"); });
  };
  EXPECT_EQ(refusal([](Config& config) { config.num_shared_layers = 24; }),
            "here: 24 of 24 layers in common leave no branch");
  EXPECT_EQ(refusal([](Config& config) { config.depth.hidden_dim = 1536; }),
            "here: the depth transformer reads 1536 numbers a position, the language model writes "
            "896");
  EXPECT_EQ(refusal([](Config& config) { config.image_size = 390; }),
            "here: image_size 390 is not a multiple of SigLIP's patch_size 16");
}

}  // namespace
}  // namespace unipic::unifork
