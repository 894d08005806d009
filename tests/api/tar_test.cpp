// Tar behind the public interface, on the tiny networks of the goldens.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "base/json.h"
#include "support/error.h"
#include "support/places.h"
#include "support/temporary_folder.h"
#include "unipic/checkpoint.h"
#include "unipic/pipeline.h"

namespace unipic {
namespace {

namespace fs = std::filesystem;
using test::error_of;

const fs::path kCheckpoints = test::golden_folder() / "tar" / "checkpoint";
const fs::path kTar = kCheckpoints / "Tar-1.5B";

Image grey_picture(int64_t side) {
  return {side, side, std::vector<uint8_t>(static_cast<size_t>(3 * side * side), 90)};
}

class Tar : public testing::Test {
 protected:
  const Pipeline pipeline_ = Pipeline::load(kTar, {.dtype = DType::kF32, .threads = 2});

  std::string error_of_drawing(const GenerateOptions& options) const {
    return error_of([&] { pipeline_.generate("a cat", options); });
  }
};

TEST_F(Tar, HasTheDefaultsOfItsAuthors) {
  const auto& facts = pipeline_.facts();
  EXPECT_EQ(facts.default_size, 64);
  EXPECT_EQ(facts.default_steps, 16);  // codes of such a picture
  EXPECT_EQ(facts.default_guidance, 4.0);
  EXPECT_TRUE(facts.can_describe);
}

TEST_F(Tar, DrawsByEitherDetokenizer) {
  EXPECT_EQ(pipeline_.generate("a cat").at(0).image.width, 64);
  GenerateOptions options;
  options.steps = 2;
  options.picture_tokens.detokenizer = Detokenizer::kDiffusion;
  EXPECT_EQ(pipeline_.generate("a cat", options).at(0).image.width, 1024);
}

TEST_F(Tar, TheSameSeedGivesTheSameBytesHoweverManyAreDrawn) {
  GenerateOptions options;
  options.seed = 7;
  options.count = 3;
  options.picture_tokens.scale = 2;
  const auto three = pipeline_.generate("a cat", options);
  options.count = 1;
  options.seed = 8;
  EXPECT_EQ(pipeline_.generate("a cat", options).at(0).image, three.at(1).image);
  EXPECT_NE(three.at(0).image, three.at(1).image);
}

TEST_F(Tar, EditsReadTheirSource) {
  GenerateOptions options;
  options.picture_tokens.scale = 1;
  const auto dark = pipeline_.edit(grey_picture(80), "make it red", options);
  auto light_source = grey_picture(80);
  for (size_t byte = 0; byte < light_source.pixels.size(); byte += 2)
    light_source.pixels[byte] = 250;
  EXPECT_EQ(dark.at(0).image, pipeline_.edit(grey_picture(80), "make it red", options).at(0).image);
  EXPECT_NE(dark.at(0).image, pipeline_.edit(light_source, "make it red", options).at(0).image);
}

TEST_F(Tar, ShowsWhatIsThereOfAPicture) {
  GenerateOptions options;
  options.preview_every = 1;
  std::vector<Image> previews;
  options.on_preview = [&](int64_t, const std::vector<Image>& so_far) {
    previews.push_back(so_far.at(0));
  };
  const auto pictures = pipeline_.generate("a cat", options);
  // Codes of the picture come first, for which there is nothing to see.
  EXPECT_EQ(previews.front(), (Image{64, 64, std::vector<uint8_t>(64 * 64 * 3, 127)}));
  EXPECT_EQ(previews.back(), pictures.at(0).image);
  // Half of the codes: the lower half is still grey.
  const auto& half = previews.at(previews.size() - 1 - 8);
  EXPECT_EQ(half.pixels.back(), 127);
  EXPECT_NE(half, previews.front());
}

TEST_F(Tar, PicturesThatAreNoLongerWantedLeaveTheOthersAsTheyAre) {
  GenerateOptions options;
  options.picture_tokens.scale = 2;
  options.count = 3;
  const auto whole = pipeline_.generate("a cat", options);
  for (const int64_t when : {0, 2, 6}) {
    auto drawing = pipeline_.begin({{"a cat", options}});
    auto* const run = &drawing;
    for (int64_t step = 0; step < when; ++step) pipeline_.advance({&run, 1});
    drawing.keep({2, 0});
    while (!drawing.is_done()) pipeline_.advance({&run, 1});
    const auto kept = drawing.finish();
    EXPECT_EQ(kept.at(0).image, whole.at(2).image) << when;
    EXPECT_EQ(kept.at(1).image, whole.at(0).image) << when;
  }
}

TEST_F(Tar, AnswersReproducibly) {
  DescribeOptions options;
  options.max_tokens = 6;
  const auto answer = pipeline_.describe(grey_picture(50), "What is it?", options);
  EXPECT_EQ(answer, pipeline_.describe(grey_picture(50), "What is it?", options));
  options.picture_tokens.samples_codes = true;
  options.seed = 5;
  EXPECT_EQ(pipeline_.describe(grey_picture(50), "What is it?", options),
            pipeline_.describe(grey_picture(50), "What is it?", options));
}

TEST_F(Tar, RefusesWhatItDoesNotHave) {
  GenerateOptions options;
  options.width = 128;
  EXPECT_EQ(error_of_drawing(options),
            "pictures of 128x128 pixels: the de-tokenizers here draw 64, 1024");
  options.height = 64;
  EXPECT_EQ(error_of_drawing(options), "a picture of 128x64 pixels: Tar draws squares");
  options = {};
  options.picture_tokens.scale = 3;
  EXPECT_EQ(error_of_drawing(options), "scale 3 is not within 0..2");
  options = {};
  options.steps = 7;
  EXPECT_EQ(error_of_drawing(options),
            "7 steps: the autoregressive de-tokenizer draws a picture of 64 pixels in 16");
  options = {};
  options.negative.emplace("blurry");
  EXPECT_EQ(error_of_drawing(options), "Tar has no negative prompts");
  options = {};
  options.picture_tokens.detokenizer = Detokenizer::kDiffusion;
  options.picture_tokens.scale = 1;
  options.steps = 2;
  EXPECT_EQ(error_of_drawing(options),
            "pictures of 9 tokens: with guidance the diffusion de-tokenizer draws those of 49 "
            "(scale 0)");
}

TEST(TarFiles, OneLanguageModelHasToBeMeant) {
  EXPECT_EQ(error_of([] { Pipeline::load(kCheckpoints); }),
            kCheckpoints.string() +
                ": holds several language models; name one of them: Tar-1.5B, Tar-7B");
}

TEST(TarFiles, ModelsDescribeWithoutADetokenizer) {
  const test::TemporaryFolder folder;
  fs::copy(kTar, folder.path() / "Tar-1.5B");
  fs::create_directory(folder.path() / "TA-Tok");
  fs::copy(kCheckpoints / "TA-Tok/ta_tok.pth", folder.path() / "TA-Tok/ta_tok.pth");
  fs::copy(kCheckpoints / "siglip2-so400m-patch14-384",
           folder.path() / "siglip2-so400m-patch14-384");
  const auto pipeline = Pipeline::load(folder.path(), {.dtype = DType::kF32});
  DescribeOptions options;
  options.max_tokens = 2;
  EXPECT_NO_THROW(pipeline.describe(grey_picture(20), "What is it?", options));
  EXPECT_EQ(error_of([&] { pipeline.generate("a cat"); }),
            "there is no such de-tokenizer with this Tar's files to draw with");
}

TEST(TarFiles, InspectNamesEveryPart) {
  const auto found = inspect(kTar);
  EXPECT_EQ(found.kind, "Tar checkpoint");
  std::vector<std::string> names;
  for (const auto& [name, value] : found.facts) names.push_back(name);
  for (const char* part : {"language model", "TA-Tok", "AR-DTok 256", "VQGAN",
                           "Tar-SANA-600M-1024px transformer", "Tar-SANA-600M-1024px autoencoder"})
    EXPECT_EQ(std::count(names.begin(), names.end(), part), 1) << part;
}

}  // namespace
}  // namespace unipic
