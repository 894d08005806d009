#include "backbones/sana/config.h"

#include <gtest/gtest.h>

#include "support/error.h"

namespace unipic::sana {
namespace {

using test::error_of;

TEST(SanaConfig, HasTheLibrarysDefaultsForWhatIsLeftOut) {
  EXPECT_EQ(config_from_json(Json::object(), "config.json"), Config());
}

TEST(SanaConfig, RefusesWhatIsNotImplemented) {
  const auto error = [](const Json& json) {
    return error_of([&] { config_from_json(json, "config.json"); });
  };
  EXPECT_EQ(error({{"qk_norm", "rms_norm_across_heads"}}),
            "config.json: 'qk_norm' is not supported");
  EXPECT_EQ(error({{"guidance_embeds", true}}), "config.json: 'guidance_embeds' is not supported");
  EXPECT_EQ(error({{"patch_size", 2}}), "config.json: 'patch_size' is 2, only 1 is supported");
  EXPECT_EQ(error({{"num_layers", -1}}), "config.json: 'num_layers' is -1, not within 1..4096");
  EXPECT_EQ(error({{"mlp_ratio", 1e30}}), "config.json: 'mlp_ratio' is 1e+30");
  EXPECT_EQ(error({{"cross_attention_dim", 7}}),
            "config.json: 'cross_attention_dim' is 7, not 1152");
  EXPECT_EQ(error(Json::array()), "config.json: is no JSON object");
}

}  // namespace
}  // namespace unipic::sana
