#include "train/tasks/siglip_task.h"

#include <gtest/gtest.h>

#include <array>

#include "io/tensor_file.h"
#include "support/temporary_folder.h"
#include "text/tokenizer_files.h"
#include "train/quick_settings.h"
#include "train/trainer.h"

namespace unipic::train {
namespace {

// Pictures of one plain colour each, named by their captions.
class ColourSource : public data::Source {
 public:
  const std::string& name() const override { return name_; }
  std::optional<uint64_t> size() const override { return kWords.size(); }
  data::Sample sample(uint64_t /*epoch*/, uint64_t index) const override {
    Image image = {.width = 16, .height = 16, .pixels = std::vector<uint8_t>(16 * 16 * 3)};
    for (size_t at = 0; at < image.pixels.size(); ++at) {
      image.pixels[at] = (index >> (at % 3)) % 2 == 0 ? 30 : 220;
    }
    return data::TextToImage{image, std::string("a picture in ") + kWords[index]};
  }

 private:
  static constexpr std::array<const char*, 4> kWords = {"black", "red", "green", "yellow"};
  const std::string name_ = "colours";
};

SiglipSettings tiny() {
  SiglipSettings settings;
  settings.batch = 4;
  settings.text_samples = 4;
  settings.vocabulary = 300;
  settings.vision = {.hidden_size = 16,
                     .intermediate_size = 32,
                     .num_layers = 1,
                     .num_heads = 2,
                     .image_size = 16,
                     .patch_size = 8};
  settings.text_layers = 1;
  settings.text_positions = 24;
  settings.held_out = 4;
  return settings;
}

TEST(SiglipTraining, LearnsWhichCaptionBelongsToWhichPicture) {
  const test::TemporaryFolder folder;
  const auto source = std::make_shared<ColourSource>();
  SiglipTask task(tiny(), source, source, /*seed=*/3);
  const auto before = task.evaluate();
  Trainer(task, quick_settings(100), folder / "run").run({});
  const auto after = task.evaluate();
  EXPECT_LT(after.at("loss"), 0.5 * before.at("loss"));
  EXPECT_EQ(after.at("texts_that_find_their_picture"), 1.0);
  EXPECT_EQ(after.at("pictures_that_find_their_text"), 1.0);
}

TEST(SiglipTraining, WritesThePublishedLayout) {
  const test::TemporaryFolder folder;
  const auto source = std::make_shared<ColourSource>();
  SiglipTask task(tiny(), source, source, /*seed=*/3);
  task.write_model(folder / "siglip");
  const auto config = siglip::config_from_json(read_json(folder / "siglip/config.json"), "config");
  EXPECT_EQ(config, tiny().vision);
  const auto tokenizer = text::load_tokenizer(folder / "siglip");
  EXPECT_EQ(tokenizer.decode(tokenizer.encode("a picture in red")), "a picture in red");
  const auto weights = io::open_tensor_file(folder / "siglip/model.safetensors");
  EXPECT_TRUE(weights.tensors.contains("vision_model.post_layernorm.weight"));
}

}  // namespace
}  // namespace unipic::train
