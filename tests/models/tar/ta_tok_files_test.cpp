#include "models/tar/ta_tok_files.h"

#include <gtest/gtest.h>

#include "support/error.h"
#include "support/places.h"
#include "support/temporary_folder.h"
#include "support/torch_files.h"

namespace unipic::tar {
namespace {

namespace fs = std::filesystem;

const char* const kCodes = "sd.bottleneck.regularizer.embedding.weight";

class TaTokFile : public testing::Test {
 protected:
  TaTokFile() {
    fs::create_directories(path_.parent_path());
    fs::copy(published_ / "siglip2-so400m-patch14-384", folder_ / "siglip2-so400m-patch14-384");
  }

  // The goldens' file with other tensors, and without settings.
  template <typename Change>
  void rewrite(Change&& change) const {
    test::rewrite_torch_file(published_ / "TA-Tok/ta_tok.pth", path_, "model", change);
  }
  std::string error() const {
    return test::error_of([&] { load_ta_tok(path_, {}); });
  }

  test::TemporaryFolder folder_;
  const fs::path published_ = test::golden_folder() / "tar/checkpoint";
  const fs::path path_ = folder_ / "TA-Tok" / "ta_tok.pth";
};

TEST_F(TaTokFile, NeedsNoSettingsBesideItsTensors) {
  rewrite([](auto&) {});
  EXPECT_EQ(load_ta_tok(path_, {})->config(),
            load_ta_tok(published_ / "TA-Tok/ta_tok.pth", {})->config());
}

TEST_F(TaTokFile, MayHoldATeacherAndWhateverElse) {
  rewrite([](auto& tensors) {
    const auto any = tensors.begin()->second;
    tensors.emplace("sd.teacher.embeddings.weight", any);
    tensors.emplace("ema_sd.unknown", any);
  });
  EXPECT_EQ(error(), "no error");
}

TEST_F(TaTokFile, NamesTheTensorThatIsMissingOrOfAnotherShape) {
  rewrite([](auto& tensors) { tensors.erase("sd.bottleneck.in_linear.bias"); });
  EXPECT_EQ(error(), path_.string() + ": 1 tensor missing: bottleneck.in_linear.bias");
  rewrite([](auto& tensors) { tensors.erase(kCodes); });
  EXPECT_EQ(error(),
            path_.string() + ": tensor 'bottleneck.regularizer.embedding.weight' is missing");
  rewrite([](auto& tensors) {
    tensors.at("sd.encode_task_layer.0.weight") = tensors.at("sd.bottleneck.in_linear.weight");
  });
  EXPECT_EQ(error(), path_.string() +
                         ": 1 tensor of another shape: 'encode_task_layer.0.weight' is [32, 36], "
                         "the model needs [36, 36]");
}

TEST_F(TaTokFile, WithoutTheTowersConfigMustHoldThePublishedTower) {
  fs::remove_all(folder_ / "siglip2-so400m-patch14-384");
  rewrite([](auto&) {});
  EXPECT_EQ(error(), path_.string() + ": hidden_size 36 is not a multiple of 16 heads");
}

TEST_F(TaTokFile, NormalisesPicturesToOneRangeOnly) {
  rewrite([](auto& tensors) {
    tensors.at("sd.scale_layer.shift") = tensors.at("sd.bottleneck.in_linear.bias");
  });
  EXPECT_EQ(error(), path_.string() + ": 'scale_layer.shift' is not 0.5 everywhere");
}

TEST_F(TaTokFile, CutShortIsRefused) {
  const auto whole = test::read_file(published_ / "TA-Tok/ta_tok.pth");
  for (const size_t length : {size_t{0}, size_t{100}, whole.size() / 2, whole.size() - 1}) {
    test::write_file(path_, std::string_view(whole).substr(0, length));
    EXPECT_NE(error(), "no error") << length;
  }
}

TEST_F(TaTokFile, OfAnotherLayoutIsRefused) {
  test::rewrite_torch_file(published_ / "llamagen_t2i/vq_ds16_t2i.pt", path_, "model",
                           [](auto&) {});
  EXPECT_EQ(error(), path_.string() + ": there are no tensors 'sd....' in 'model'");
}

// The settings of a file as `ta_tok_config` reads them.
std::string config_error(const std::string& name, const std::string& value) {
  return test::error_of([&] {
    ta_tok_config(CheckpointArgs({{name, value}}, "ta_tok.pth"), {}).validate("ta_tok.pth");
  });
}

TEST(TaTokConfig, RefusesSettingsOfAnotherTypeKindOrSize) {
  const std::string quantizer = "args.bottleneck.args.regularizer.";
  EXPECT_EQ(config_error("args.input_size", "384px"),
            "ta_tok.pth: 'args.input_size' is '384px', no whole number");
  EXPECT_EQ(config_error(quantizer + "args.codebook_size", "99999999999"),
            "ta_tok.pth: 'codebook_size' is 99999999999, not within 1..16777216");
  EXPECT_EQ(config_error(quantizer + "args.stochastic_temperature", "0.0"),
            "ta_tok.pth: 'stochastic_temperature' is 0, not positive");
  EXPECT_EQ(config_error(quantizer + "args.l2_normalized", "false"),
            "ta_tok.pth: 'args.bottleneck.args.regularizer.args.l2_normalized' is 'false', only "
            "'true' is supported");
  EXPECT_EQ(config_error("args.select_layer_id", "-30"),
            "ta_tok.pth: 'args.select_layer_id' is -30, of 26 layers");
}

}  // namespace
}  // namespace unipic::tar
