#include "backbones/sana/config.h"

#include <gtest/gtest.h>

#include <utility>

#include "support/error.h"
#include "support/places.h"

namespace unipic::sana {
namespace {

Json published() {
  return read_json(test::golden_folder() /
                   "tar/checkpoint/Tar-SANA-600M-1024px/transformer/config.json");
}

std::string error_with(const char* key, const Json& value) {
  auto json = published();
  json[key] = value;
  return test::error_of([&] { config_from_json(json, "config.json"); });
}

TEST(SanaConfig, IsWhatTheFileSays) {
  EXPECT_EQ(config_from_json(published(), "config.json"), (Config{.in_channels = 8,
                                                                  .out_channels = 8,
                                                                  .num_layers = 3,
                                                                  .num_heads = 4,
                                                                  .head_dim = 8,
                                                                  .num_cross_heads = 2,
                                                                  .cross_head_dim = 16,
                                                                  .caption_channels = 36}));
}

TEST(SanaConfig, HasTheLibrarysDefaults) {
  const auto config = config_from_json(Json::object(), "config.json");
  EXPECT_EQ(config.num_layers, 20);
  EXPECT_EQ(config.dim(), 2240);
  EXPECT_EQ(config.mlp_dim(), 5600);
  EXPECT_EQ(config.caption_channels, 2304);
}

TEST(SanaConfig, RefusesByNameWhatItLacks) {
  for (const auto& [key, value] : {std::pair<const char*, Json>{"qk_norm", "rms_norm"},
                                   {"interpolation_scale", 1},
                                   {"guidance_embeds", true},
                                   {"attention_bias", true},
                                   {"norm_elementwise_affine", true}})
    EXPECT_EQ(error_with(key, value), fmt::format("config.json: '{}' is not supported", key));
  EXPECT_EQ(error_with("patch_size", 2), "config.json: 'patch_size' is 2, only 1 is supported");
}

TEST(SanaConfig, RefusesSizesThatMakeNoNetwork) {
  EXPECT_EQ(error_with("num_layers", 0), "config.json: 'num_layers' is 0, not within 1..4096");
  EXPECT_EQ(error_with("num_layers", 1LL << 40),
            "config.json: 'num_layers' is 1099511627776, not within 1..4096");
  EXPECT_EQ(error_with("attention_head_dim", 4096),
            "config.json: 'cross_attention_dim' is 32, not 16384");
  EXPECT_EQ(error_with("mlp_ratio", 1e9), "config.json: 'mlp_ratio' is 1000000000");
  EXPECT_EQ(error_with("norm_eps", -1), "config.json: 'norm_eps' is -1");
  EXPECT_NE(error_with("num_layers", "3"), "no error");
  EXPECT_EQ(test::error_of([] { config_from_json(Json::array(), "config.json"); }),
            "config.json: is no JSON object");
}

}  // namespace
}  // namespace unipic::sana
