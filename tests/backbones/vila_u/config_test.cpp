#include "backbones/vila_u/config.h"

#include <gtest/gtest.h>

#include "support/error.h"

namespace unipic::vila_u {
namespace {

// As vila-u-7b-256 has it.
Json published() {
  return parse_json(R"({"code_shape": [16, 16, 4], "embed_dim": 1024, "n_embed": 16384,
    "shared_codebook": true, "ddconfig": {"attn_resolutions": [16], "ch": 128,
    "ch_mult": [1, 1, 2, 2, 4], "num_res_blocks": 2, "out_ch": 3, "resolution": 256,
    "z_channels": 256}})",
                    "published");
}

TEST(VilaUConfig, OfThePublishedTokenizerIsTheDefault) {
  const auto config = tokenizer_from_json(published(), TokenizerConfig().vision, "here");
  EXPECT_EQ(config.decoder.latent_channels, 256);
  EXPECT_EQ(config.decoder.decoder_attention_levels, std::vector<int64_t>{4});
  auto without_encoder = config;
  without_encoder.decoder.encoder_attention_levels =
      TokenizerConfig().decoder.encoder_attention_levels;
  EXPECT_EQ(without_encoder, TokenizerConfig());
}

TEST(VilaUConfig, RefusesTokenizersThatItIsNot) {
  const auto refusal = [](const char* member, const Json& value) {
    auto json = published();
    json[member] = value;
    return test::error_of([&] { tokenizer_from_json(json, TokenizerConfig().vision, "here"); });
  };
  EXPECT_EQ(refusal("shared_codebook", false),
            "here: a codebook of each level's own is not supported");
  EXPECT_EQ(refusal("decoder_latent_shape", {16, 16}),
            "here: 'decoder_latent_shape' is not supported");
  EXPECT_EQ(refusal("embed_dim", 512), "here: 'embed_dim' is 512, SigLIP's hidden_size 1024");
  EXPECT_EQ(refusal("code_shape", {16, 16, 1000}), "here: 'code_shape' is 1000, not within 1..64");
  EXPECT_EQ(refusal("ddconfig", nullptr), "here: 'ddconfig' is missing");
}

}  // namespace
}  // namespace unipic::vila_u
