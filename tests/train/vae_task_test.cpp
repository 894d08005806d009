#include "train/tasks/vae_task.h"

#include <gtest/gtest.h>

#include "support/error.h"
#include "support/temporary_folder.h"
#include "train/quick_settings.h"
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
  VaeTask task(tiny(), source, source, /*steps=*/60, /*seed=*/3);
  const double before = task.evaluate().at("psnr");
  Trainer(task, quick_settings(60), folder / "run").run({});
  const double after = task.evaluate().at("psnr");
  EXPECT_GT(after, before + 6.0);

  // What is written copies as well as what was trained, with latents of the deviation asked for.
  auto settings = tiny();
  settings.init = (folder / "run/model").string();
  VaeTask written(settings, source, source, /*steps=*/60, /*seed=*/4);
  EXPECT_NEAR(written.evaluate().at("psnr"), after, 0.01);
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
