#include "data/sample_rules.h"

#include <gtest/gtest.h>

#include "support/error.h"

namespace unipic::data {
namespace {

using test::error_of;

Image blank(int64_t width, int64_t height) {
  return {.width = width, .height = height, .pixels = {}};
}

bool passes(const Sample& sample) {
  return error_of([&] { SampleRules().check(sample); }) == "no error";
}

TEST(SampleRules, WantBothSidesOfAPictureToDrawAboveEightPixels) {
  EXPECT_TRUE(passes(TextToImage{blank(9, 9), ""}));
  EXPECT_FALSE(passes(TextToImage{blank(8, 9), ""}));
  EXPECT_FALSE(passes(TextToImage{blank(9, 8), ""}));
}

TEST(SampleRules, WantThePictureToDrawLessThanTenTimesAsLongAsWide) {
  EXPECT_TRUE(passes(TextToImage{blank(999, 100), ""}));
  EXPECT_FALSE(passes(TextToImage{blank(1000, 100), ""}));
  EXPECT_TRUE(passes(TextToImage{blank(100, 999), ""}));
  EXPECT_FALSE(passes(TextToImage{blank(100, 1000), ""}));
}

TEST(SampleRules, WantAPictureToDescribeAboveEightyPixelsOfAnyShape) {
  EXPECT_TRUE(passes(Understanding{blank(81, 5000), "", ""}));
  EXPECT_FALSE(passes(Understanding{blank(80, 5000), "", ""}));
}

TEST(SampleRules, ForEditsLookAtEveryImage) {
  const SampleRules rules{.edit = {.side_above = 8}};
  const auto error = [&](const Edit& edit) { return error_of([&] { rules.check(edit); }); };
  const std::string too_small = "an image of 8x9 is too small; both sides must exceed 8 pixels";
  EXPECT_EQ(error({{blank(9, 9)}, blank(9, 9), ""}), "no error");
  EXPECT_EQ(error({{blank(9, 9), blank(8, 9)}, blank(9, 9), ""}), too_small);
  EXPECT_EQ(error({{blank(9, 9)}, blank(8, 9), ""}), too_small);
  EXPECT_TRUE(passes(Edit{{blank(1, 1)}, blank(1, 1), ""})) << "by default any image will do";
}

TEST(SampleRules, SayWhatTheyMiss) {
  EXPECT_EQ(error_of([] { ImageRules{.aspect_below = 10}.check(50, 1000); }),
            "an image of 50x1000 is too long; its sides must be less than 10:1");
}

}  // namespace
}  // namespace unipic::data
