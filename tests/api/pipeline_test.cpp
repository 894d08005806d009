#include "unipic/pipeline.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "support/error.h"
#include "support/picture.h"
#include "support/temporary_folder.h"
#include "support/tiny_unipic1.h"
#include "unipic/checkpoint.h"

namespace unipic {
namespace {

using test::error_of;
using test::max_difference;

Image grey_picture() {
  return {.width = 30, .height = 20, .pixels = std::vector<uint8_t>(1800, 90)};
}

class TinyPipeline : public testing::Test {
 protected:
  TinyPipeline() { test::write_tiny_unipic1(folder_ / "model"); }

  Pipeline load(int threads = 2) const {
    return Pipeline::load(folder_ / "model", {.dtype = DType::kF32, .threads = threads});
  }

  test::TemporaryFolder folder_;
};

TEST_F(TinyPipeline, TheSameSeedGivesTheSameBytes) {
  GenerateOptions options;
  options.seed = 9;
  const auto first = load().generate("a dog", options);
  const auto second = load().generate("a dog", options);
  EXPECT_EQ(first.front().image, second.front().image);
  options.seed = 10;
  EXPECT_GT(max_difference(load().generate("a dog", options).front().image, first.front().image),
            0);
}

TEST_F(TinyPipeline, APictureDependsOnItsSeedAloneNotOnItsCompanyOrThreads) {
  GenerateOptions options;
  options.seed = 20;
  options.count = 3;
  const auto together = load().generate("a dog", options);
  ASSERT_EQ(together.size(), 3U);
  EXPECT_EQ(together[2].seed, 22U);
  options.seed = 22;
  options.count = 1;
  // Rounding may move a value over the edge between two levels, no further.
  EXPECT_LE(max_difference(load().generate("a dog", options).front().image, together[2].image), 1);
  EXPECT_LE(max_difference(load(1).generate("a dog", options).front().image, together[2].image), 1);
}

TEST_F(TinyPipeline, ThePromptMatters) {
  EXPECT_GT(max_difference(load().generate("a dog").front().image,
                           load().generate("a cat").front().image),
            0);
}

TEST_F(TinyPipeline, SaysHowLargeItDrawsUnlessAsked) {
  const auto pipeline = load();
  EXPECT_EQ(pipeline.generate("a dog").front().image.width, pipeline.facts().default_size);
}

TEST_F(TinyPipeline, DrawsAnyGrid) {
  GenerateOptions options;
  options.width = 32;
  options.height = 20;
  options.steps = 3;
  const auto picture = load().generate("a dog", options).front();
  EXPECT_EQ(picture.image.width, 32);
  EXPECT_EQ(picture.image.height, 20);
}

TEST_F(TinyPipeline, EditsCutTheSourceToTheAspectAskedFor) {
  GenerateOptions options;
  options.width = 16;
  options.height = 24;
  options.steps = 4;
  options.count = 2;
  const auto pictures = load().edit(grey_picture(), "make it blue", options);
  ASSERT_EQ(pictures.size(), 2U);
  EXPECT_EQ(pictures[0].image.width, 16);
  EXPECT_EQ(pictures[0].image.height, 24);
  EXPECT_GT(max_difference(pictures[0].image, pictures[1].image), 0);
}

TEST_F(TinyPipeline, DescribesByBothRoutes) {
  DescribeOptions options;
  options.max_tokens = 5;
  std::string pieces;
  options.on_text = [&](const std::string& piece) { pieces += piece; };
  const auto by_mar = load().describe(grey_picture(), "What is it?", options);
  EXPECT_EQ(by_mar, pieces);
  options.route = VisionRoute::kSiglip2;
  load().describe(grey_picture(), "What is it?", options);
}

TEST_F(TinyPipeline, ShowsThePictureAsItForms) {
  GenerateOptions options;
  options.steps = 6;
  options.preview_every = 2;
  std::vector<int64_t> steps;
  std::vector<Image> previews;
  options.on_preview = [&](int64_t step, const std::vector<Image>& so_far) {
    steps.push_back(step);
    previews.push_back(so_far.front());
  };
  const auto picture = load().generate("a dog", options).front();
  EXPECT_EQ(steps, (std::vector<int64_t>{2, 4, 6}));
  EXPECT_EQ(previews.back(), picture.image);
  EXPECT_NE(previews.front(), picture.image);
}

TEST_F(TinyPipeline, StopsWhenAsked) {
  std::stop_source stop;
  GenerateOptions options;
  options.stop = stop.get_token();
  int64_t last_step = -1;
  options.on_progress = [&](const Progress& progress) {
    last_step = progress.step;
    if (progress.step == 2) stop.request_stop();
  };
  EXPECT_THROW(load().generate("a dog", options), Cancelled);
  EXPECT_EQ(last_step, 2);
}

TEST_F(TinyPipeline, ReportsEveryStep) {
  GenerateOptions options;
  options.steps = 4;
  std::vector<int64_t> steps;
  options.on_progress = [&](const Progress& progress) {
    EXPECT_EQ(progress.stage, "generate");
    EXPECT_EQ(progress.num_steps, 4);
    steps.push_back(progress.step);
  };
  load().generate("a dog", options);
  EXPECT_EQ(steps, (std::vector<int64_t>{0, 1, 2, 3, 4}));
}

TEST_F(TinyPipeline, RefusesWhatItCannotServe) {
  const auto pipeline = load();
  const auto error = [&](auto change) {
    GenerateOptions options;
    change(options);
    return error_of([&] { pipeline.generate("a dog", options); });
  };
  EXPECT_EQ(error_of([&] { pipeline.generate(" \n", {}); }), "the prompt is empty");
  EXPECT_EQ(error([](auto& o) { o.width = 30; }),
            "a picture of 30x30 pixels: width and height must be multiples of 4");
  EXPECT_EQ(error([](auto& o) { o.steps = 37; }),
            "37 iterations for a picture of 36 tokens: at least 1 and at most 36 are possible");
  EXPECT_EQ(error([](auto& o) { o.count = 0; }), "0 pictures, not within 1..1024");
  EXPECT_EQ(error([](auto& o) { o.guidance = std::nan(""); }),
            "guidance nan is not a finite number");
  EXPECT_EQ(error([](auto& o) { o.temperature = -1; }),
            "temperature -1 is not a finite number of at least 0");
}

TEST_F(TinyPipeline, GuidanceAndNegativePromptsMatter) {
  GenerateOptions options;
  const auto plain = load().generate("a dog", options).front().image;
  options.negative.emplace("blurred");
  EXPECT_GT(max_difference(load().generate("a dog", options).front().image, plain), 0);
  options.negative.reset();
  options.guidance_schedule = GuidanceSchedule::kLinear;
  EXPECT_GT(max_difference(load().generate("a dog", options).front().image, plain), 0);
  options.guidance = 1.0;
  EXPECT_GT(max_difference(load().generate("a dog", options).front().image, plain), 0);
}

TEST_F(TinyPipeline, AConvertedCheckpointDrawsTheSamePicture) {
  convert_checkpoint(folder_ / "model", folder_ / "converted");
  const auto converted =
      Pipeline::load(folder_ / "converted", {.dtype = DType::kF32, .threads = 2});
  EXPECT_EQ(converted.generate("a dog").front().image, load().generate("a dog").front().image);
  EXPECT_EQ(error_of([&] { convert_checkpoint(folder_ / "model", folder_ / "converted"); }),
            (folder_ / "converted").string() + ": exists already");
}

TEST_F(TinyPipeline, RunsInBfloat16) {
  convert_checkpoint(folder_ / "model", folder_ / "half",
                     {.target = ConvertOptions::Target::kBF16});
  const auto pipeline = Pipeline::load(folder_ / "half", {.dtype = DType::kBF16, .threads = 2});
  EXPECT_EQ(pipeline.generate("a dog").front().image.width, 24);
  const auto from_f32 = Pipeline::load(folder_ / "model", {.dtype = DType::kBF16, .threads = 2});
  EXPECT_EQ(from_f32.generate("a dog").front().image, pipeline.generate("a dog").front().image);
}

TEST_F(TinyPipeline, ThePictureCarriesItsSettings) {
  GenerateOptions options;
  options.seed = 77;
  options.negative.emplace("blurred");
  const auto texts = load().generate("a dog", options).front().texts;
  ASSERT_EQ(texts.size(), 2U);
  EXPECT_EQ(texts[0].keyword, "parameters");
  EXPECT_EQ(texts[0].text.substr(0, texts[0].text.find(", Version")),
            "a dog\nNegative prompt: blurred\n"
            "Steps: 32, CFG scale: 3, Seed: 77, Size: 24x24, Model: model");
  EXPECT_EQ(texts[1].keyword, "unipic");
}

}  // namespace
}  // namespace unipic
