#include "io/png.h"

#include <gtest/gtest.h>

#include <string>

#include "io/png_text.h"
#include "support/error.h"
#include "support/picture.h"

namespace unipic::io {
namespace {

using test::as_bytes;
using test::error_of;

constexpr ImageLimits kSmall{.max_pixels = 1 << 16};

std::string data(const std::string& name) { return test::read_file(test::io_data(name)); }

class PngKind : public testing::TestWithParam<const char*> {};

TEST_P(PngKind, DecodesToWhatPillowDecodes) {
  const std::string name = GetParam();
  const auto image = decode_png(as_bytes(data(name + ".png")), name);
  EXPECT_EQ(test::max_difference(image, test::read_ppm(test::io_data(name + ".ppm"))), 0);
}

// grey16 is the exception: Pillow 11 clips it to white, we keep its high byte.
INSTANTIATE_TEST_SUITE_P(Every, PngKind,
                         testing::Values("rgb8", "grey8", "rgba8", "grey_alpha8", "palette4",
                                         "palette_trns", "bit1", "grey2", "grey8_trns", "rgb16",
                                         "rgba16", "grey16", "interlaced", "exif_gamma"),
                         [](const auto& info) { return std::string(info.param); });

TEST(Png, RoundTripsEveryPixel) {
  for (const auto& [width, height] : {std::pair{1, 1}, {1, 100000}, {100000, 1}, {33, 17}}) {
    const auto image = test::gradient(width, height);
    EXPECT_EQ(decode_png(encode_png(image), "p"), image) << width << "x" << height;
  }
}

TEST(Png, GivesTheSameBytesForTheSameImage) {
  const std::vector<ImageText> texts = {{"parameters", "a cat"}};
  const auto image = test::gradient(20, 30);
  EXPECT_EQ(encode_png(image, texts), encode_png(image, texts));
}

TEST(Png, RefusesAHugePictureBeforeItTakesMemory) {
  // 2^31 - 1 pixels a side; the checksum is right.
  auto bomb = data("rgb8.png");
  const char header[] = "IHDR\x7f\xff\xff\xff\x7f\xff\xff\xff\x08\x02\0\0\0\x9b\xab\x9c\x31";
  bomb.replace(12, 21, header, 21);
  const auto message = error_of([&] { decode_png(as_bytes(bomb), "bomb.png"); });
  EXPECT_EQ(message,
            "bomb.png: an image of 2147483647x2147483647, at most 1000000 pixels a side are "
            "allowed");
  EXPECT_EQ(error_of([] { decode_png(as_bytes(data("rgb8.png")), "a.png", {.max_pixels = 220}); }),
            "a.png: an image of 17x13, at most 220 pixels are allowed");
  EXPECT_EQ(error_of([] { decode_png(as_bytes(data("rgb8.png")), "a.png", {.max_side = 16}); }),
            "a.png: an image of 17x13, at most 16 pixels a side are allowed");
}

TEST(Png, SaysWhereAFileIsDamaged) {
  const auto file = data("rgb8.png");
  EXPECT_EQ(error_of([&] { decode_png(as_bytes(file.substr(0, 60)), "a.png"); }),
            "a.png: PNG is damaged near byte 41: the file ends early");
}

TEST(Png, SpendsNoMemoryOnWhatIsNotThePicture) {
  auto file = data("rgb8.png");
  const std::string text = data("text.png");
  const size_t zip = text.find("zTXt") - 4;
  const auto chunk = text.substr(zip, text.find("iTXt") - 4 - zip);
  std::string many;
  for (int i = 0; i < 3000; ++i) many += chunk;
  file.insert(33, many);  // more chunks than libpng would keep
  EXPECT_EQ(decode_png(as_bytes(file), "p"), test::read_ppm(test::io_data("rgb8.ppm")));
  EXPECT_EQ(error_of([&] { read_png_text(as_bytes(file), "p.png"); }),
            "p.png: PNG has more than 1000 texts or 16777216 bytes of them");
}

TEST(Png, SurvivesEveryCutAndFlippedBit) {
  for (const auto* name : {"interlaced.png", "palette_trns.png", "exif_gamma.png"}) {
    const auto file = data(name);
    const auto read = [&](auto bytes) { decode_png(bytes, name, kSmall); };
    EXPECT_EQ(test::survive_damage(file, read), file.size()) << name;
  }
}

TEST(PngText, IsReadAsPillowWroteIt) {
  const auto texts = read_png_text(as_bytes(data("text.png")), "text.png");
  std::string again, cats;
  for (int i = 0; i < 50; ++i) again += "again ";
  for (int i = 0; i < 40; ++i) cats += "猫";
  const std::vector<ImageText> expected = {
      {"parameters", "café\nSteps: 3"}, {"zip", again}, {"unipic", "猫 😀"}, {"zipped", cats}};
  EXPECT_EQ(texts, expected);
}

TEST(PngText, RoundTripsInOrderAndIsLatin1WherePossible) {
  const std::vector<ImageText> texts = {
      {"parameters", "café\nSteps: 20"}, {"unipic", R"({"prompt": "猫 😀"})"}, {"empty", ""}};
  const auto png = encode_png(test::gradient(2, 2), texts);
  EXPECT_EQ(read_png_text(png, "p"), texts);
  const std::string file(reinterpret_cast<const char*>(png.data()), png.size());
  EXPECT_NE(file.find("tEXtparameters"), file.npos);
  EXPECT_NE(file.find("iTXtunipic"), file.npos);
}

TEST(PngText, HoldsAnyPrompt) {
  const std::vector<ImageText> texts = {{"a", std::string("nul\0 \xff end", 10)}};
  const auto read = read_png_text(encode_png(test::gradient(2, 2), texts), "p");
  EXPECT_EQ(read.at(0).text, "nul\uFFFD \uFFFD end");
}

TEST(PngText, RefusesAKeywordThatIsNone) {
  for (const std::string keyword : {"", " a", "a  b", "猫", "a\nb"}) {
    EXPECT_EQ(error_of([&] {
                encode_png(test::gradient(1, 1), {{keyword, "x"}});
              }),
              "'" + keyword + "' cannot name a text in a PNG");
  }
  EXPECT_NE(error_of([] {
              encode_png(test::gradient(1, 1), {{std::string(80, 'a'), "x"}});
            }),
            "no error");
}

TEST(PngText, RefusesDamageAndSurvivesEveryCutAndFlippedBit) {
  const auto file = data("text.png");
  const auto read = [](auto bytes) { read_png_text(bytes, "a.png"); };
  EXPECT_EQ(test::survive_damage(file, read), file.size());
  auto flipped = file;
  flipped[50] = '!';
  EXPECT_EQ(error_of([&] { read(as_bytes(flipped)); }),
            "a.png: PNG chunk at byte 33 has a wrong checksum");
  EXPECT_EQ(error_of([] { read_png_text(as_bytes("text"), "a.txt"); }),
            "a.txt: is not a PNG image");
}

TEST(Png, KeepsTransparencyWhenAsked) {
  const auto rgba = decode_png_rgba(as_bytes(data("rgba8.png")), "rgba8");
  ASSERT_EQ(rgba.pixels.size(), static_cast<size_t>(4 * rgba.width * rgba.height));
  auto over_white = rgba.pixels;
  composite_over_white(over_white);
  EXPECT_EQ(over_white, test::read_ppm(test::io_data("rgba8.ppm")).pixels);
}

TEST(Png, WithoutTransparencyIsOpaque) {
  const auto rgba = decode_png_rgba(as_bytes(data("rgb8.png")), "rgb8");
  const auto rgb = test::read_ppm(test::io_data("rgb8.ppm"));
  ASSERT_EQ(rgba.pixels.size() / 4, rgb.pixels.size() / 3);
  for (size_t i = 0; i < rgb.pixels.size() / 3; ++i) {
    for (size_t channel = 0; channel < 3; ++channel) {
      ASSERT_EQ(rgba.pixels[4 * i + channel], rgb.pixels[3 * i + channel]);
    }
    ASSERT_EQ(rgba.pixels[4 * i + 3], 255);
  }
}

}  // namespace
}  // namespace unipic::io
