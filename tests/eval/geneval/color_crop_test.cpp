#include "eval/geneval/color_crop.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "support/error.h"

namespace unipic::eval {
namespace {

// 4 x 3 pixels: red says the column, green the row, blue is 7.
Image picture() {
  Image image{.width = 4, .height = 3, .pixels = {}};
  for (uint8_t y = 0; y < 3; ++y) {
    for (uint8_t x = 0; x < 4; ++x) image.pixels.insert(image.pixels.end(), {x, y, 7});
  }
  return image;
}

Detection whole() { return {.class_name = "car", .box = {0, 0, 4, 3}, .score = 1}; }

TEST(ColorCrop, OfTheWholePictureWithoutAMaskIsThePicture) {
  EXPECT_EQ(color_crop(picture(), whole()), picture());
}

TEST(ColorCrop, RoundsCornersHalfToEven) {
  auto object = whole();
  object.box = {0.5f, 1.5f, 2.5f, 2.6f};
  EXPECT_EQ(color_crop(picture(), object),
            (Image{.width = 2, .height = 1, .pixels = {0, 2, 7, 1, 2, 7}}));
}

TEST(ColorCrop, IsGreyBesideTheMaskAndBlackOutsideThePicture) {
  auto object = whole();
  object.box = {-1, 0, 2, 1};
  object.mask = Mask{.width = 4, .height = 3, .pixels = std::vector<uint8_t>(12, 0)};
  object.mask->pixels[1] = 1;
  EXPECT_EQ(color_crop(picture(), object),
            (Image{.width = 3, .height = 1, .pixels = {0, 0, 0, 153, 153, 153, 1, 0, 7}}));
  object.box = {100, 100, 101, 101};
  EXPECT_EQ(color_crop(picture(), object), (Image{.width = 1, .height = 1, .pixels = {0, 0, 0}}));
}

TEST(ColorCrop, RefusesBoxesAndMasksThatDoNotFit) {
  const auto refusal = [](const Detection& object) {
    return test::error_of([&] { color_crop(picture(), object); });
  };
  auto object = whole();
  object.box = {1, 1, 1.4f, 2};
  EXPECT_EQ(refusal(object), "color crop: an image of 0x1 has no pixels");
  object.box = {0, 0, std::nanf(""), 2};
  EXPECT_EQ(refusal(object), "color crop: box 0 0 nan 2 is out of range");
  object.box = {-4e8f, -4e8f, 4e8f, 4e8f};
  EXPECT_EQ(refusal(object),
            "color crop: an image of 800000000x800000000, at most 1000000 pixels a side are "
            "allowed");
  object = whole();
  object.mask = Mask{.width = 3, .height = 4, .pixels = std::vector<uint8_t>(12, 1)};
  EXPECT_EQ(refusal(object), "color crop: a mask of 3x4 for a picture of 4x3");
}

}  // namespace
}  // namespace unipic::eval
