#include "train/tasks/vae_task.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "backbones/scene_detector/detector.h"
#include "base/atomic_file.h"
#include "io/tensor_file.h"
#include "support/error.h"
#include "support/temporary_folder.h"
#include "train/quick_settings.h"
#include "train/tasks/module_parameters.h"
#include "train/trainer.h"

namespace unipic::train {
namespace {

constexpr int64_t kSide = 16;

// Pictures whose halves have two different greys.
class HalvesSource : public data::Source {
 public:
  const std::string& name() const override { return name_; }
  std::optional<uint64_t> size() const override { return 8; }
  data::Sample sample(uint64_t /*epoch*/, uint64_t index) const override {
    Image image = {
        .width = kSide, .height = kSide, .pixels = std::vector<uint8_t>(kSide * kSide * 3)};
    for (size_t at = 0; at < image.pixels.size(); ++at) {
      const bool upper = at < image.pixels.size() / 2;
      image.pixels[at] = static_cast<uint8_t>(upper ? 20 + 25 * index : 230 - 20 * index);
    }
    return data::TextToImage{image, "halves"};
  }

 private:
  const std::string name_ = "halves";
};

VaeSettings tiny() {
  VaeSettings settings;
  settings.config = {.base_channels = 8,
                     .multipliers = {1, 1, 2},
                     .num_res_blocks = 1,
                     .latent_channels = 4,
                     .norm_groups = 4,
                     .encoder_attention_levels = {}};
  settings.batch = 4;
  settings.size = kSide;
  settings.crop = 8;
  settings.whole_from = 0.5;
  settings.held_out = 8;
  return settings;
}

TEST(VaeTraining, LearnsToCopyPicturesAndWritesWhitenedLatents) {
  const test::TemporaryFolder folder;
  const auto source = std::make_shared<HalvesSource>();
  VaeTask task(tiny(), source, source, /*steps=*/120, /*seed=*/3);
  const double before = task.evaluate().at("psnr");
  Trainer(task, quick_settings(120), folder / "run").run({});
  const double after = task.evaluate().at("psnr");
  EXPECT_GT(after, before + 6.0);

  // What is written copies as well as what was trained, with latents of the deviation asked for.
  auto settings = tiny();
  settings.init = (folder / "run/model").string();
  VaeTask written(settings, source, source, /*steps=*/60, /*seed=*/4);
  EXPECT_NEAR(written.evaluate().at("psnr"), after, 0.01);
}

// A detector as the task `detector` writes it, with starting weights.
void write_detector(const std::filesystem::path& folder) {
  scene_detector::SceneDetector model(scene_detector::Config{.size = 32,
                                                             .widths = {8, 8, 16, 16},
                                                             .blocks = {1, 1, 1},
                                                             .norm_groups = 4,
                                                             .classes = {"cat"},
                                                             .colours = {"red"}});
  scene_detector::initialize(model, 5);
  std::filesystem::create_directories(folder);
  save_tensors(folder / scene_detector::kWeightsFile, named_tensors(*model));
  write_file_atomically(folder / scene_detector::kConfigFile,
                        scene_detector::config_to_json(model->config()).dump());
}

TEST(VaeTraining, TeachesTheDecoderAloneWithTheEyesOfADetector) {
  const test::TemporaryFolder folder;
  write_detector(folder / "detector");
  const auto source = std::make_shared<HalvesSource>();
  VaeTask first(tiny(), source, source, /*steps=*/10, /*seed=*/3);
  first.write_model(folder / "first");

  VaeSettings settings;
  settings.init = (folder / "first").string();  // whose sizes it takes
  settings.batch = 4;
  settings.size = settings.crop = kSide;
  settings.held_out = 8;
  settings.freeze_encoder = true;
  settings.feature_net = (folder / "detector").string();
  VaeTask second(settings, source, source, /*steps=*/10, /*seed=*/4);
  EXPECT_GT(second.compute({}).figures.at("perceptual"), 0.0);
  Trainer(second, quick_settings(10), folder / "run").run({});

  const auto before = io::open_tensor_file(folder / "first/vae.safetensors");
  const auto after = io::open_tensor_file(folder / "run/model/vae.safetensors");
  const auto is_same = [&](const std::string& name) {
    return std::ranges::equal(before.tensors.at(name).bytes, after.tensors.at(name).bytes);
  };
  EXPECT_TRUE(is_same("encoder.conv_in.weight"));
  EXPECT_TRUE(is_same("quant_conv.weight"));
  EXPECT_FALSE(is_same("decoder.conv_in.weight"));
}

// Grey but for noise in the last quarter of rows and columns.
class CornerSource : public data::Source {
 public:
  const std::string& name() const override { return name_; }
  std::optional<uint64_t> size() const override { return {}; }
  data::Sample sample(uint64_t /*epoch*/, uint64_t /*index*/) const override {
    Image image = {kSide, kSide, std::vector<uint8_t>(kSide * kSide * 3, 128)};
    for (int64_t y = 3 * kSide / 4; y < kSide; ++y) {
      for (int64_t x = 3 * kSide / 4; x < kSide; ++x) {
        image.pixels[static_cast<size_t>(3 * (y * kSide + x))] = (x + y) % 2 == 0 ? 0 : 255;
      }
    }
    return data::TextToImage{image, "a corner"};
  }

 private:
  const std::string name_ = "corner";
};

TEST(VaeTraining, MayPreferPartsWithDetail) {
  const auto source = std::make_shared<CornerSource>();
  const auto edges = [&](bool prefer_detail) {
    auto settings = tiny();
    settings.batch = 64;
    settings.prefer_detail = prefer_detail;
    VaeTask task(settings, source, source, /*steps=*/10, /*seed=*/3);
    torch::NoGradGuard no_grad;
    return task.compute({}).figures.at("edges");
  };
  EXPECT_GT(edges(true), 1.3 * edges(false));
}

TEST(VaeTraining, FreezesNoEncoderThatKnowsNothing) {
  const auto source = std::make_shared<HalvesSource>();
  auto settings = tiny();
  settings.freeze_encoder = true;
  EXPECT_EQ(test::error_of([&] { VaeTask(settings, source, source, 1, 1); }),
            "vae.freeze_encoder wants vae.init");
}

TEST(VaeTraining, RefusesSizesThatItsStrideDoesNotDivide) {
  const auto source = std::make_shared<HalvesSource>();
  auto settings = tiny();
  settings.crop = 10;
  EXPECT_NE(test::error_of([&] { VaeTask(settings, source, source, 1, 1); }).find("vae.crop = 10"),
            std::string::npos);
}

}  // namespace
}  // namespace unipic::train
