#include "backbones/dc_ae/config.h"

#include <gtest/gtest.h>

#include "support/error.h"

namespace unipic::dc_ae {
namespace {

Json two_stages() {
  Json json = {{"latent_channels", 4}, {"attention_head_dim", 8}};
  for (const std::string half : {"encoder_", "decoder_"}) {
    json[half + "block_out_channels"] = {8, 16};
    json[half + "layers_per_block"] = {1, 2};
    json[half + "block_types"] = {"ResBlock", "EfficientViTBlock"};
    json[half + "qkv_multiscales"] = {Json::array(), Json::array({5})};
  }
  return json;
}

std::string error_of_config(const Json& json) {
  return test::error_of([&] { config_from_json(json, "f"); });
}

TEST(DcAeConfig, ReadsBothHalves) {
  const auto config = config_from_json(two_stages(), "f");
  EXPECT_EQ(config.stride(), 2);
  EXPECT_EQ(config.decoder.num_blocks, (std::vector<int64_t>{1, 2}));
  EXPECT_EQ(config.encoder.attends, (std::vector<bool>{false, true}));
}

TEST(DcAeConfig, RefusesWhatIsNoAutoencoder) {
  auto json = two_stages();
  json["decoder_layers_per_block"] = {1};
  EXPECT_EQ(error_of_config(json), "f: 2 widths, 1 numbers of blocks and 2 types of them");
  json = two_stages();
  json["decoder_block_out_channels"] = {8, 12};
  EXPECT_EQ(error_of_config(json), "f: 12 channels do not divide into heads of 8");
  json = two_stages();
  json["encoder_block_out_channels"] = {8, "x"};
  EXPECT_EQ(error_of_config(json),
            "f: 'encoder_block_out_channels' holds something other than whole numbers");
  json = two_stages();
  json["encoder_block_types"] = {"ResBlock", "Other"};
  EXPECT_EQ(error_of_config(json), "f: block type \"Other\" is not supported");
  json = two_stages();
  json["latent_channels"] = 5;
  EXPECT_EQ(error_of_config(json), "f: 16 channels are no multiple of 5 latent ones");
  json = two_stages();
  json["encoder_block_out_channels"] = {int64_t{1} << 40, 16};
  EXPECT_EQ(error_of_config(json), "f: 'block_out_channels' is 1099511627776, not within 1..16384");
  EXPECT_EQ(error_of_config(Json::object()), "f: 'encoder_block_out_channels' is no list");
}

}  // namespace
}  // namespace unipic::dc_ae
