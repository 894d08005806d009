#include "backbones/dc_ae/config.h"

#include <gtest/gtest.h>

#include <vector>

#include "support/error.h"
#include "support/places.h"

namespace unipic::dc_ae {
namespace {

Json published() {
  return read_json(test::golden_folder() / "tar/checkpoint/Tar-SANA-600M-1024px/vae/config.json");
}

std::string error_with(const char* key, const Json& value) {
  auto json = published();
  json[key] = value;
  return test::error_of([&] { config_from_json(json, "config.json"); });
}

TEST(DcAeConfig, IsWhatTheFileSays) {
  Config expected = {.latent_channels = 8, .head_dim = 8};
  expected.encoder.channels = expected.decoder.channels = {4, 8, 8, 8, 16, 16};
  const auto config = config_from_json(published(), "config.json");
  EXPECT_EQ(config, expected);
  EXPECT_EQ(config.stride(), 32);
}

TEST(DcAeConfig, RefusesByNameWhatItLacks) {
  EXPECT_EQ(error_with("upsample_block_type", "pixel_shuffle"),
            "config.json: 'upsample_block_type' is pixel_shuffle, only interpolate is supported");
  EXPECT_EQ(error_with("decoder_conv_act_fn", "silu"),
            "config.json: 'decoder_conv_act_fn' is silu, only relu is supported");
  EXPECT_EQ(error_with("encoder_out_shortcut", false),
            "config.json: without 'encoder_out_shortcut' is not supported");
  EXPECT_EQ(error_with("encoder_block_types", Json::array({"Resnet"})),
            "config.json: block type \"Resnet\" is not supported");
  auto scales = published()["decoder_qkv_multiscales"];
  scales[4] = Json::array({3, 5});
  EXPECT_EQ(error_with("decoder_qkv_multiscales", scales),
            "config.json: qkv_multiscales [3,5] is not supported, only [5]");
}

TEST(DcAeConfig, RefusesStagesThatDoNotFitEachOther) {
  EXPECT_EQ(error_with("decoder_layers_per_block", Json::array({3, 3})),
            "config.json: 6 widths, 2 numbers of blocks and 6 types of them");
  EXPECT_EQ(error_with("decoder_block_out_channels", Json::array({4, 8, 8, 8, 16, 20})),
            "config.json: 20 channels do not divide into heads of 8");
  EXPECT_EQ(error_with("encoder_block_out_channels", Json::array({4, 8, 8, 8, 16, 128})),
            "config.json: no shortcut from 16 to 128 channels");
  EXPECT_EQ(error_with("latent_channels", 3),
            "config.json: 16 channels are no multiple of 3 latent ones");
  EXPECT_EQ(error_with("scaling_factor", 0), "config.json: 'scaling_factor' is 0");
}

TEST(DcAeConfig, RefusesMembersOfOtherTypes) {
  EXPECT_EQ(error_with("decoder_block_out_channels", 4),
            "config.json: 'decoder_block_out_channels' is no list");
  EXPECT_EQ(error_with("decoder_block_out_channels", Json::array({4, 8, 8, 8, 16, 1.5})),
            "config.json: 'decoder_block_out_channels' holds something other than whole numbers");
  EXPECT_EQ(error_with("encoder_layers_per_block", Json::array({2, 2, 2, 3, 3, 1LL << 40})),
            "config.json: 'layers_per_block' is 1099511627776, not within 1..256");
}

}  // namespace
}  // namespace unipic::dc_ae
