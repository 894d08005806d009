#include "models/unipic1/config.h"

#include <gtest/gtest.h>

#include "support/error.h"
#include "support/places.h"

namespace unipic::unipic1 {
namespace {

std::string error_for(const char* text) {
  return test::error_of([&] {
    Config config;
    apply_model_config(config, parse_json(text, "c.json"), "c.json");
    config.validate("c.json");
  });
}

TEST(UniPic1Config, ThePublishedSizesAreValid) { Config{}.validate("defaults"); }

TEST(UniPic1Config, ReadsTheGoldensConfig) {
  Config config;
  const std::string path = (test::golden_folder() / "unipic1/model_config.json").string();
  apply_model_config(config, read_json(path), path);
  EXPECT_EQ(config.mar.encoder_dim, 48);
  EXPECT_EQ(config.mar.sampling_steps, 8);
  EXPECT_EQ(config.vae.encoder_attention_levels, std::vector<int64_t>{4});
  EXPECT_TRUE(config.vae.decoder_attention_levels.empty());
}

TEST(UniPic1Config, RefusesSizesThatDoNotFitTogether) {
  EXPECT_EQ(error_for(R"({"mar": {"encoder_num_heads": 7}})"),
            "c.json: encoder_embed_dim 1280 is not a multiple of 7 heads");
  EXPECT_EQ(error_for(R"({"mar": {"num_sampling_steps": "many"}})"),
            "c.json: 'num_sampling_steps' is 'many', not a whole number");
  EXPECT_EQ(error_for(R"({"mar": {"num_sampling_steps": "1"}})"),
            "c.json: 'num_sampling_steps' is 1, not within 2..1000");
  EXPECT_EQ(error_for(R"({"mar": {"vae_embed_dim": 4}})"), "c.json: VAE of 16 channels, MAR of 4");
  EXPECT_EQ(error_for(R"({"vae_scale": -1})"), "c.json: vae_scale -1 must be positive");
  EXPECT_EQ(error_for(R"({"prompt_template": {"INSTRUCTION": "hi"}})"),
            "c.json: the prompt template has no {input}");
  EXPECT_EQ(error_for(R"({"mar": {"encoder_depth": 1e3}})"),
            "c.json: 'encoder_depth' is not a whole number");
  EXPECT_EQ(error_for(R"([1])"), "c.json: is not a JSON object");
}

}  // namespace
}  // namespace unipic::unipic1
