#include "io/resample.h"

#include <gtest/gtest.h>

#include <string>

#include "support/error.h"
#include "support/picture.h"

namespace unipic::io {
namespace {

using test::error_of;

struct Kind {
  const char* name;
  Resampling resampling;
};

class Resample : public testing::TestWithParam<Kind> {};

TEST_P(Resample, GivesWhatPillowGivesBitForBit) {
  const auto image = test::read_ppm(test::io_data("resample_in.ppm"));
  for (const auto& [width, height] : {std::pair{11, 7}, {47, 38}, {31, 9}, {8, 23}, {64, 5}}) {
    const auto file = fmt::format("resample_{}_{}x{}.ppm", GetParam().name, width, height);
    const auto expected = test::read_ppm(test::io_data(file));
    EXPECT_EQ(resize(image, width, height, GetParam().resampling), expected) << file;
  }
}

TEST_P(Resample, KeepsAFlatColourAtAnySize) {
  const Image flat{.width = 5, .height = 4, .pixels = std::vector<uint8_t>(60, 200)};
  for (int64_t width = 1; width <= 40; width += 3) {
    for (int64_t height = 1; height <= 40; height += 3) {
      const auto resized = resize(flat, width, height, GetParam().resampling);
      const std::vector<uint8_t> expected(static_cast<size_t>(3 * width * height), 200);
      ASSERT_EQ(resized.pixels, expected) << width << "x" << height;
    }
  }
}

TEST_P(Resample, OfExtremeShapesIsBounded) {
  const auto resampling = GetParam().resampling;
  EXPECT_EQ(resize(test::gradient(1, 100000), 64, 64, resampling).height, 64);
  EXPECT_EQ(resize(test::gradient(100000, 1), 64, 64, resampling).width, 64);
  EXPECT_NE(error_of([&] {
              resize(test::gradient(1, 100000), 10000, 1, resampling);
            }).find("at most 100000000 pixels are allowed"),
            std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Every, Resample,
                         testing::Values(Kind{"bilinear", Resampling::kBilinear},
                                         Kind{"bicubic", Resampling::kBicubic},
                                         Kind{"lanczos", Resampling::kLanczos}),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(ResampleSize, MustLieWithinTheLimits) {
  const auto image = test::gradient(2, 2);
  EXPECT_EQ(error_of([&] { resize(image, 0, 5, Resampling::kBicubic); }),
            "resize: an image of 0x5 has no pixels");
  EXPECT_EQ(error_of([&] { resize(image, 100000, 1001, Resampling::kBicubic); }),
            "resize: an image of 100000x1001, at most 100000000 pixels are allowed");
}

TEST(Crop, GivesThePartAskedFor) {
  const auto image = test::gradient(5, 4);
  const auto part = crop(image, 1, 2, 3, 2);
  ASSERT_EQ(part.width, 3);
  ASSERT_EQ(part.height, 2);
  EXPECT_EQ(part.pixels.front(), image.pixels[3 * (2 * 5 + 1)]);
  EXPECT_EQ(part.pixels.back(), image.pixels[3 * (3 * 5 + 3) + 2]);
  EXPECT_EQ(error_of([&] { crop(image, 3, 0, 3, 1); }),
            "a crop of 3x1 at (3, 0) does not lie inside an image of 5x4");
}

TEST(CentreCrop, KeepsTheMiddleAndCutsAnOddRemainderRightAndBelow) {
  const auto wide = test::gradient(8, 3);
  EXPECT_EQ(centre_crop(wide, 1, 1), crop(wide, 2, 0, 3, 3));
  const auto tall = test::gradient(4, 9);
  EXPECT_EQ(centre_crop(tall, 1, 1), crop(tall, 0, 2, 4, 4));
  EXPECT_EQ(centre_crop(tall, 2, 1), crop(tall, 0, 3, 4, 2));
  EXPECT_EQ(centre_crop(wide, 8, 3), wide);
  EXPECT_EQ(error_of([&] { centre_crop(wide, 0, 1); }), "0:1 is not an aspect ratio");
}

TEST(PadToSquare, PutsTheImageInTheMiddleOfGrey) {
  const auto image = test::gradient(2, 5);
  const auto padded = pad_to_square(image);
  ASSERT_EQ(padded.width, 5);
  ASSERT_EQ(padded.height, 5);
  EXPECT_EQ(crop(padded, 1, 0, 2, 5), image);
  const Image grey{.width = 2, .height = 5, .pixels = std::vector<uint8_t>(30, 127)};
  EXPECT_EQ(crop(padded, 3, 0, 2, 5), grey);
  EXPECT_EQ(crop(pad_to_square(image, 8, 127, {}), 3, 1, 2, 5), image);
  EXPECT_EQ(error_of([&] { pad_to_square(image, 4, 127, {}); }),
            "a picture of 2x5 does not fit into 4x4");
  EXPECT_EQ(error_of([] { pad_to_square(test::gradient(100000, 1)); }),
            "pad to a square: an image of 100000x100000, at most 100000000 pixels are allowed");
}

}  // namespace
}  // namespace unipic::io
