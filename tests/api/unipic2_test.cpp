// UniPic 2 behind the public interface, on the tiny networks of the goldens.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "base/json.h"
#include "support/error.h"
#include "support/picture.h"
#include "support/places.h"
#include "support/temporary_folder.h"
#include "unipic/checkpoint.h"
#include "unipic/pipeline.h"

namespace unipic {
namespace {

namespace fs = std::filesystem;
using test::error_of;

const fs::path kCheckpoints = test::golden_folder() / "unipic2" / "checkpoint";
const fs::path kKontext = kCheckpoints / "UniPic2-SD3.5M-Kontext-2B";
const fs::path kMetaquery = kCheckpoints / "UniPic2-Metaquery-9B";
const fs::path kLmm = kCheckpoints / "Qwen2.5-VL-7B-Instruct";

Image grey_picture(int64_t width, int64_t height) {
  return {width, height, std::vector<uint8_t>(static_cast<size_t>(3 * width * height), 90)};
}

GenerateOptions small_options(uint64_t seed = 1) {
  GenerateOptions options;
  options.width = 64;
  options.height = 32;
  options.steps = 3;
  options.seed = seed;
  options.max_prompt_tokens = 0;
  return options;
}

Json settings_of(const Picture& picture) {
  for (const auto& text : picture.texts)
    if (text.keyword == "unipic") return parse_json(text.text, "settings");
  return {};
}

// Both products, which draw alike.
class UniPic2 : public testing::TestWithParam<fs::path> {
 protected:
  const Pipeline pipeline_ = Pipeline::load(GetParam(), {.dtype = DType::kF32, .threads = 2});
};

INSTANTIATE_TEST_SUITE_P(Products, UniPic2, testing::Values(kKontext, kMetaquery),
                         [](const auto& info) {
                           return info.param == kKontext ? "Kontext" : "Metaquery";
                         });

TEST_P(UniPic2, HasTheDefaultsOfItsAuthors) {
  const auto& facts = pipeline_.facts();
  EXPECT_EQ(facts.default_size, 192);  // these have no positions for 512
  EXPECT_EQ(facts.max_side, 192);
  EXPECT_EQ(facts.default_steps, 50);
  EXPECT_EQ(facts.default_guidance, 3.5);
  EXPECT_EQ(facts.can_describe, GetParam() == kMetaquery);
  // As many steps as one likes, of any size.
  EXPECT_GT(facts.max_steps(16, 16), 1000);
}

TEST_P(UniPic2, TheSameSeedGivesTheSameBytesOfDrawingsAndEdits) {
  const auto source = grey_picture(64, 32);
  const auto drawn = [&](uint64_t seed) {
    return pipeline_.generate("a dog", small_options(seed)).front().image;
  };
  const auto edited = [&](uint64_t seed) {
    return pipeline_.edit(source, "a dog", small_options(seed)).front().image;
  };
  EXPECT_EQ(drawn(5), drawn(5));
  EXPECT_NE(drawn(5), drawn(6));
  EXPECT_EQ(edited(5), edited(5));
  EXPECT_NE(edited(5), edited(6));
  EXPECT_NE(edited(5), drawn(5));
}

TEST_P(UniPic2, APictureDependsOnItsSeedNotOnItsCompany) {
  auto options = small_options(20);
  options.count = 3;
  const auto together = pipeline_.generate("a dog", options);
  ASSERT_EQ(together.size(), 3U);
  EXPECT_EQ(together[2].seed, 22U);
  const auto alone = pipeline_.generate("a dog", small_options(22));
  EXPECT_LE(test::max_difference(alone.front().image, together[2].image), 1);
}

TEST_P(UniPic2, PromptsAndSourcesMatter) {
  const auto draw = [&](const std::string& prompt) {
    return pipeline_.generate(prompt, small_options()).front().image;
  };
  EXPECT_NE(draw("a dog"), draw("a cat"));
  const auto edit = [&](const Image& source) {
    return pipeline_.edit(source, "a dog", small_options()).front().image;
  };
  auto other = grey_picture(64, 32);
  std::fill_n(other.pixels.begin(), other.pixels.size() / 2, uint8_t{250});
  EXPECT_NE(edit(grey_picture(64, 32)), edit(other));
}

TEST_P(UniPic2, AnEditWithoutASizeKeepsTheAspectOfItsSource) {
  auto options = small_options();
  options.height = 0;
  const auto wide = pipeline_.edit(grey_picture(100, 50), "a dog", options).front().image;
  EXPECT_EQ(wide.width, 64);
  EXPECT_EQ(wide.height, 32);
  const auto tall = pipeline_.edit(grey_picture(50, 100), "a dog", options).front().image;
  EXPECT_EQ(tall.width, 32);
  EXPECT_EQ(tall.height, 64);
}

TEST_P(UniPic2, RecordsWhatItDrewWith) {
  const auto drawn = settings_of(pipeline_.generate("a dog", small_options()).front());
  EXPECT_EQ(drawn["steps"], 3);
  EXPECT_EQ(drawn["guidance"], 3.5);
  EXPECT_EQ(drawn["negative"], "");
  auto options = small_options();
  options.skipped_layers.layers = {1};
  const auto edited = pipeline_.edit(grey_picture(64, 32), "a dog", options).front();
  // The authors' scripts tell the unconditional half of edits a list of flaws.
  EXPECT_TRUE(edited.negative.starts_with("blurry, low quality"));
  EXPECT_EQ(settings_of(edited)["skipped_layers"]["layers"], Json::array({1}));
}

TEST_P(UniPic2, SkippedLayersChangeThePicture) {
  auto options = small_options();
  options.steps = 4;
  const auto plain = pipeline_.generate("a dog", options).front().image;
  options.skipped_layers = {.layers = {1}, .stop = 0.8};
  EXPECT_NE(pipeline_.generate("a dog", options).front().image, plain);
  options.skipped_layers.layers = {99};
  EXPECT_EQ(error_of([&] { pipeline_.generate("a dog", options); }),
            "layer 99 cannot be skipped, there are 3");
}

TEST_P(UniPic2, ShowsPicturesOnTheirWay) {
  auto options = small_options();
  options.preview_every = 1;
  std::vector<Image> previews;
  options.on_preview = [&](int64_t, const std::vector<Image>& so_far) {
    previews.push_back(so_far.front());
  };
  std::vector<int64_t> steps;
  options.on_progress = [&](const Progress& progress) {
    if (progress.stage == "generate") steps.push_back(progress.step);
  };
  const auto picture = pipeline_.generate("a dog", options).front();
  ASSERT_EQ(previews.size(), 3U);
  EXPECT_NE(previews[0], previews[1]);
  EXPECT_EQ(previews[2], picture.image);
  EXPECT_EQ(steps, (std::vector<int64_t>{0, 1, 2, 3}));
}

TEST_P(UniPic2, DrawsRequestsTogetherStepByStep) {
  const auto options = small_options();
  auto drawing = pipeline_.begin({{"a dog", options}, {"a cat", options}});
  auto* const one = &drawing;
  pipeline_.advance({&one, 1});
  drawing.keep({1});
  while (!drawing.is_done()) pipeline_.advance({&one, 1});
  const auto pictures = drawing.finish();
  ASSERT_EQ(pictures.size(), 1U);
  EXPECT_EQ(settings_of(pictures.front())["prompt"], "a cat");
  const auto alone = pipeline_.generate("a cat", options).front().image;
  EXPECT_LE(test::max_difference(pictures.front().image, alone), 1);
}

TEST_P(UniPic2, StopsWhenAsked) {
  std::stop_source stop;
  auto options = small_options();
  options.stop = stop.get_token();
  options.on_progress = [&](const Progress& progress) {
    if (progress.stage == "generate" && progress.step == 1) stop.request_stop();
  };
  EXPECT_THROW(pipeline_.generate("a dog", options), Cancelled);
}

TEST_P(UniPic2, DrawsAlikeWithWeightsOf8Bits) {
  const auto in_8_bits = Pipeline::load(GetParam(), {.dtype = DType::kInt8, .threads = 2});
  const auto picture = in_8_bits.generate("a dog", small_options()).front();
  EXPECT_EQ(settings_of(picture)["dtype"], "int8");
  const auto in_16_bits = Pipeline::load(GetParam(), {.dtype = DType::kBF16, .threads = 2});
  const auto other = in_16_bits.generate("a dog", small_options()).front();
  EXPECT_EQ(settings_of(other)["dtype"], "bf16");
  EXPECT_NE(picture.image, other.image);
  EXPECT_LE(test::max_difference(picture.image, other.image), 60);
}

TEST_P(UniPic2, IsLookedIntoPartByPart) {
  const auto found = inspect(GetParam());
  EXPECT_EQ(found.kind, GetParam() == kKontext ? "UniPic2-SD3.5M-Kontext checkpoint"
                                               : "UniPic2-Metaquery checkpoint");
  const auto fact = [&](const std::string& name) {
    for (const auto& [key, value] : found.facts)
      if (key == name) return value;
    return std::string();
  };
  EXPECT_TRUE(fact("transformer").starts_with("3 layers (1 dual), width ")) << fact("transformer");
  EXPECT_TRUE(fact("transformer").ends_with("; complete"));
  EXPECT_TRUE(fact("vae").ends_with("; complete"));
  EXPECT_TRUE(
      fact(GetParam() == kKontext ? "text_encoder_3" : "conditioner").ends_with("complete"));
  const auto is_bias = [](const TensorInfo& tensor) {
    return tensor.name == "transformer/proj_out.bias";
  };
  EXPECT_EQ(std::ranges::count_if(found.tensors, is_bias), 1);
}

TEST_P(UniPic2, IsConvertedWithAnAdapterAlone) {
  const test::TemporaryFolder folder;
  EXPECT_EQ(error_of([&] {
              convert_checkpoint(GetParam(), folder / "out",
                                 {.target = ConvertOptions::Target::kBF16});
            }),
            GetParam().string() +
                ": of UniPic 2's folders, converting can only merge a LoRA adapter yet");
  EXPECT_FALSE(fs::exists(folder / "out"));
}

TEST_P(UniPic2, RefusesWhatTakesMoreMemoryThanItMay) {
  const auto load = [](int64_t max_ram) {
    return Pipeline::load(GetParam(), {.dtype = DType::kF32, .max_ram = max_ram});
  };
  EXPECT_NE(error_of([&] { load(1'000'000); }).find("at most 0.00 GB may be used"),
            std::string::npos);
  const auto limited = load(400'000'000);
  EXPECT_EQ(limited.generate("a dog", small_options()).size(), 1U);
  auto options = small_options();
  options.width = options.height = 192;
  options.count = 1000;
  EXPECT_TRUE(error_of([&] {
                limited.generate("a dog", options);
              }).starts_with("drawing 1000 of 192x192 pixels takes about "));
}

TEST_P(UniPic2, RefusesWhatItCannotDo) {
  const auto error = [&](auto change) {
    auto options = small_options();
    change(options);
    return error_of([&] { pipeline_.generate("a dog", options); });
  };
  EXPECT_EQ(error([](auto& o) { o.width = 40; }),
            "a picture of 40x32 pixels: both sides must be multiples of 16");
  EXPECT_EQ(error([](auto& o) { o.width = 208; }),
            "a picture of 208x32 pixels: no side may be above 192");
  EXPECT_EQ(error([](auto& o) { o.temperature = 0.5; }),
            "UniPic 2 draws without a temperature; it is 0.5");
  EXPECT_EQ(error([](auto& o) { o.guidance_schedule = GuidanceSchedule::kLinear; }),
            "UniPic 2 guides all steps alike; it has no linear schedule");
  auto flat = grey_picture(400, 2);
  auto options = small_options();
  options.width = options.height = 0;
  EXPECT_EQ(error_of([&] { pipeline_.edit(flat, "a dog", options); }),
            "a picture of 400x2 is too flat for a longer side of 192 pixels");
}

TEST(Kontext, DoesNotDescribe) {
  const auto pipeline = Pipeline::load(kKontext, {.dtype = DType::kF32});
  EXPECT_EQ(error_of([&] { pipeline.describe(grey_picture(64, 64), "what is it?"); }),
            "UniPic2-SD3.5M-Kontext draws and edits; it does not describe pictures");
}

TEST(Kontext, ReadsSoManyTokensOfAPromptWithT5) {
  const auto pipeline = Pipeline::load(kKontext, {.dtype = DType::kF32});
  auto options = small_options();
  options.max_prompt_tokens = 513;
  EXPECT_EQ(error_of([&] { pipeline.generate("a dog", options); }),
            "513 tokens of T5, not within 1..512");
}

TEST(Metaquery, DescribesPictures) {
  const auto pipeline = Pipeline::load(kMetaquery, {.dtype = DType::kF32});
  DescribeOptions options;
  options.max_tokens = 8;
  const auto image = grey_picture(60, 40);
  const auto likeliest = pipeline.describe(image, "what is it?", options);
  EXPECT_FALSE(likeliest.empty());
  EXPECT_EQ(pipeline.describe(image, "what is it?", options), likeliest);
  options.temperature = 5;
  const auto sampled = [&](uint64_t seed) {
    options.seed = seed;
    return pipeline.describe(image, "what is it?", options);
  };
  EXPECT_EQ(sampled(3), sampled(3));
  EXPECT_NE(sampled(3), sampled(4));
  options.top_k = 1;
  EXPECT_EQ(sampled(3), likeliest);
}

TEST(Metaquery, SaysThatItNeedsItsLanguageModel) {
  const test::TemporaryFolder folder;
  const auto model = folder / "model";
  fs::create_directory_symlink(kMetaquery, model);
  EXPECT_EQ(error_of([&] { Pipeline::load(model, {.dtype = DType::kF32}); }),
            model.string() +
                ": needs Qwen2.5-VL's folder, which is neither in it nor beside it as "
                "Qwen2.5-VL-7B-Instruct; name it with --lmm");
  const auto pipeline = Pipeline::load(model, {.dtype = DType::kF32, .lmm = kLmm});
  EXPECT_TRUE(pipeline.facts().can_describe);
}

}  // namespace
}  // namespace unipic
