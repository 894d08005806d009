#include "data/contact_sheet.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "support/error.h"

namespace unipic::data {
namespace {

using Lines = std::vector<std::string>;

Image filled(int64_t width, int64_t height, uint8_t value) {
  return {.width = width,
          .height = height,
          .pixels = std::vector<uint8_t>(static_cast<size_t>(3 * width * height), value)};
}

uint8_t red_at(const Image& image, int64_t x, int64_t y) {
  return image.pixels[static_cast<size_t>(3 * (y * image.width + x))];
}

int64_t num_dark(const Image& image) {
  return std::ranges::count_if(image.pixels, [](uint8_t value) { return value < 100; });
}

TEST(Wrapped, BreaksAtSpacesAndCutsWhatHasNone) {
  EXPECT_EQ(wrapped("a photo of two dogs", 8), (Lines{"a photo", "of two", "dogs"}));
  EXPECT_EQ(wrapped("photo of", 8), (Lines{"photo of"}));
  EXPECT_EQ(wrapped("abcdefgh ij", 3), (Lines{"abc", "def", "gh", "ij"}));
  EXPECT_EQ(wrapped("a   b", 2), (Lines{"a", "b"}));
  EXPECT_EQ(wrapped("", 5), Lines{});
}

TEST(BitmapFont, DrawsLettersInTheirCellsOnly) {
  const auto font = BitmapFont::load();
  auto image = filled(40, 20, 255);
  font.draw("#", 16, 2, image);
  EXPECT_GT(num_dark(image), 30);
  for (int64_t y = 0; y < 20; ++y) {
    for (int64_t x = 0; x < 40; ++x) {
      const bool in_cell = x >= 16 && x < 24 && y >= 2 && y < 18;
      ASSERT_TRUE(in_cell || red_at(image, x, y) == 255) << x << ' ' << y;
    }
  }
}

TEST(BitmapFont, CutsOffWhatLiesOutsideAndMarksWhatItHasNot) {
  const auto font = BitmapFont::load();
  auto image = filled(12, 12, 255);
  font.draw("###", -4, -6, image);
  EXPECT_GT(num_dark(image), 10);
  auto unknown = filled(8, 16, 255), mark = unknown, space = unknown;
  font.draw("\n", 0, 0, unknown);
  font.draw("?", 0, 0, mark);
  font.draw(" ", 0, 0, space);
  EXPECT_EQ(unknown, mark);
  EXPECT_EQ(num_dark(space), 0);
}

TEST(ContactSheet, PutsPicturesInRowsWithRoomForTheLongestCaption) {
  const auto font = BitmapFont::load();
  std::vector<SheetCell> cells(3);
  for (size_t i = 0; i < 3; ++i) cells[i].pictures = {filled(32, 24, static_cast<uint8_t>(60 * i))};
  cells[1].caption = "one two three";  // of four letters a line: three lines of which one is cut
  const auto sheet = contact_sheet(cells, 2, font);
  EXPECT_EQ(sheet.width, 8 + 2 * (32 + 8));
  EXPECT_EQ(sheet.height, 8 + (24 + 4 + 4 * 16 + 8) + (24 + 4 + 8));
  EXPECT_EQ(red_at(sheet, 8, 8), 0);
  EXPECT_EQ(red_at(sheet, 48, 8), 60);
  EXPECT_EQ(red_at(sheet, 8, 8 + 24 + 4 + 4 * 16 + 8), 120);
  EXPECT_EQ(red_at(sheet, 47, 8), 255);
}

TEST(ContactSheet, RefusesWhatMakesNoGrid) {
  const auto font = BitmapFont::load();
  const auto message = [&](std::vector<SheetCell> cells) {
    return test::error_of([&] { contact_sheet(cells, 2, font); });
  };
  const auto a = filled(8, 8, 0), b = filled(8, 9, 0);
  EXPECT_EQ(message({}), "a contact sheet without pictures");
  EXPECT_EQ(message({{{a}, ""}, {{b}, ""}}), "a contact sheet of pictures of 8x8 and 8x9");
  EXPECT_EQ(message({{{a}, ""}, {{a, a}, ""}}),
            "a contact sheet with 1 pictures in one cell and 2 in another");
}

}  // namespace
}  // namespace unipic::data
