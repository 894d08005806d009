#include "io/exif.h"

#include <gtest/gtest.h>

#include <string>

#include "support/picture.h"

namespace unipic::io {
namespace {

using test::as_bytes;

// A directory with one entry: orientation, SHORT, count 1.
std::string little_endian(char orientation) {
  return std::string("II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0", 18) + orientation +
         std::string(7, '\0');
}

std::string big_endian(char orientation) {
  return std::string("MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0", 19) + orientation +
         std::string(6, '\0');
}

TEST(Exif, GivesTheOrientationInEitherByteOrder) {
  for (char orientation = 1; orientation <= 8; ++orientation) {
    EXPECT_EQ(exif_orientation(as_bytes(little_endian(orientation))), orientation);
    EXPECT_EQ(exif_orientation(as_bytes(big_endian(orientation))), orientation);
    EXPECT_EQ(exif_orientation(as_bytes(std::string("Exif\0\0", 6) + little_endian(orientation))),
              orientation);
  }
}

TEST(Exif, IsUprightWhereItIsMalformed) {
  EXPECT_EQ(exif_orientation({}), 1);
  EXPECT_EQ(exif_orientation(as_bytes(little_endian(0))), 1);
  EXPECT_EQ(exif_orientation(as_bytes(little_endian(9))), 1);
  EXPECT_EQ(exif_orientation(as_bytes("II*")), 1);
  EXPECT_EQ(exif_orientation(as_bytes(std::string("II*\0\xff\xff\xff\xff", 8))), 1);
  const auto exif = little_endian(6);
  for (size_t length = 0; length < 22; ++length) {
    EXPECT_EQ(exif_orientation(as_bytes(exif.substr(0, length))), 1) << length;
  }
}

TEST(Exif, TurnsEveryOrientationAsItsDefinitionSays) {
  // Stored 3x2 with pixels 0 1 2 / 3 4 5.
  const char* upright_rows[] = {"012345", "210543", "543210", "345012",
                                "031425", "304152", "524130", "251403"};
  for (int orientation = 1; orientation <= 8; ++orientation) {
    Image stored{.width = 3, .height = 2, .pixels = {}};
    for (const char pixel : {'0', '1', '2', '3', '4', '5'}) {
      stored.pixels.insert(stored.pixels.end(), 3, static_cast<uint8_t>(pixel));
    }
    const auto turned = upright(stored, orientation);
    EXPECT_EQ(turned.width, orientation <= 4 ? 3 : 2);
    EXPECT_EQ(turned.height, orientation <= 4 ? 2 : 3);
    std::string pixels;
    for (size_t i = 0; i < turned.pixels.size(); i += 3) {
      pixels += static_cast<char>(turned.pixels[i]);
    }
    EXPECT_EQ(pixels, upright_rows[orientation - 1]) << "orientation " << orientation;
  }
}

TEST(Exif, HoldsAComment) {
  for (const std::string text : {"", "a", "café\nSteps: 3", "猫 😀"}) {
    EXPECT_EQ(exif_comment(exif_with_comment(text)), text);
  }
  EXPECT_EQ(exif_orientation(exif_with_comment("a")), 1);
}

TEST(Exif, GivesNoCommentWhereItIsMalformed) {
  const auto exif = exif_with_comment("hello");
  for (size_t length = 0; length < exif.size(); ++length) {
    EXPECT_EQ(exif_comment(std::span(exif).first(length)), "") << length;
  }
}

}  // namespace
}  // namespace unipic::io
