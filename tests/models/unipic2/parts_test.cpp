#include "models/unipic2/parts.h"

#include <gtest/gtest.h>

#include <fstream>

#include "models/unipic2/pixels.h"
#include "support/error.h"
#include "support/places.h"
#include "support/temporary_folder.h"

namespace unipic::unipic2 {
namespace {

namespace fs = std::filesystem;

const fs::path kModel =
    test::golden_folder() / "unipic2" / "checkpoint" / "UniPic2-SD3.5M-Kontext-2B";

// The part `name` of a good model, in a folder where it can be spoilt.
class Part : public testing::Test {
 protected:
  fs::path copy(const std::string& name) {
    fs::copy(kModel / name, folder_ / name);
    for (const auto& entry : fs::directory_iterator(folder_ / name))
      fs::permissions(entry.path(), fs::perms::owner_write, fs::perm_options::add);
    return folder_ / name;
  }
  static void write_config(const fs::path& part, const std::string& json) {
    std::ofstream(part / "config.json") << json;
  }

  test::TemporaryFolder folder_;
};

TEST_F(Part, SaysWhichFileIsMissing) {
  EXPECT_EQ(test::error_of([&] { load_transformer(folder_ / "transformer", {}); }),
            (folder_ / "transformer" / "config.json").string() + ": is missing");
  const auto part = copy("transformer");
  fs::remove(part / "diffusion_pytorch_model.safetensors");
  EXPECT_EQ(test::error_of([&] { load_transformer(part, {}); }),
            part.string() + ": no model.safetensors or diffusion_pytorch_model.safetensors here");
}

TEST_F(Part, RefusesNetworksThatItIsNot) {
  const auto part = copy("transformer");
  write_config(part, R"({"dual_attention_layers": [0, 2]})");
  EXPECT_EQ(test::error_of([&] { load_transformer(part, {}); }),
            (part / "config.json").string() + ": 'dual_attention_layers' are not the first layers");
  write_config(part, R"({"qk_norm": "layer_norm"})");
  EXPECT_EQ(test::error_of([&] { load_transformer(part, {}); }),
            (part / "config.json").string() + ": qk_norm 'layer_norm' is not rms_norm");
  const auto t5 = copy("text_encoder_3");
  write_config(t5, R"({"feed_forward_proj": "relu"})");
  EXPECT_EQ(test::error_of([&] { load_t5(t5, {}); }),
            (t5 / "config.json").string() + ": feed_forward_proj 'relu' is not gated-gelu");
}

TEST_F(Part, SaysWhichTensorDoesNotFit) {
  const auto part = copy("vae");
  auto config = test::read_file(part / "config.json");
  config.replace(config.find("\"layers_per_block\": 2"), 21, "\"layers_per_block\": 3");
  write_config(part, config);
  const auto message = test::error_of([&] { load_codec(part, {}); });
  EXPECT_NE(message.find("missing: encoder.down.0.block.2.norm1.weight"), std::string::npos)
      << message;
}

TEST_F(Part, LatentsSurviveTheCodecsScale) {
  const auto codec = load_codec(kModel / "vae", {});
  EXPECT_DOUBLE_EQ(codec.scale, 1.5305);
  EXPECT_DOUBLE_EQ(codec.shift, 0.0609);
  const auto pixels = torch::zeros({1, 3, 16, 16});
  const auto moments = codec.vae->encode_moments(pixels);
  const auto latents = codec.encode(pixels, torch::zeros({1, 16, 2, 2}));
  EXPECT_TRUE(torch::allclose(latents / codec.scale + codec.shift, moments.mean_BZhw));
}

TEST_F(Part, T5IsTheSameBlockByBlock) {
  const auto folder = kModel / "text_encoder_3";
  const auto ids = torch::arange(24, torch::kLong).view({2, 12});
  for (const auto dtype : {torch::kFloat, torch::kHalf}) {  // converted, and as the file has it
    const ops::Placement placement = {.dtype = dtype};
    torch::InferenceMode no_autograd;
    const auto whole = load_t5(folder, placement)->forward(ids);
    EXPECT_TRUE(torch::equal(run_t5(folder, placement, ids), whole));
  }
}

TEST(Pixels, FlatPicturesAreRefused) {
  const Image image{.width = 1000, .height = 10, .pixels = std::vector<uint8_t>(30000)};
  EXPECT_EQ(test::error_of([&] { resized_to_longer_side(image, 512); }),
            "a picture of 1000x10 is too flat for a longer side of 512 pixels");
}

}  // namespace
}  // namespace unipic::unipic2
