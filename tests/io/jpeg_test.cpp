#include "io/jpeg.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include <jpeglib.h>

#include "io/exif.h"
#include "support/error.h"
#include "support/picture.h"

namespace unipic::io {
namespace {

using test::as_bytes;
using test::error_of;

constexpr ImageLimits kSmall{.max_pixels = 1 << 16};

std::string data(const std::string& name) { return test::read_file(test::io_data(name)); }

class JpegKind : public testing::TestWithParam<const char*> {};

// Equal with libjpeg-turbo 2.1.5; another version may round its transform differently, by 2 at
// most.
TEST_P(JpegKind, DecodesToWhatPillowDecodes) {
  const std::string name = GetParam();
  const auto image = decode_jpeg(as_bytes(data(name + ".jpg")), name);
  EXPECT_LE(test::max_difference(image, test::read_ppm(test::io_data(name + ".ppm"))), 2);
}

INSTANTIATE_TEST_SUITE_P(Every, JpegKind,
                         testing::Values("rgb420", "rgb422", "rgb444", "progressive", "grey",
                                         "restart", "cmyk", "ycck", "orientation1", "orientation2",
                                         "orientation3", "orientation4", "orientation5",
                                         "orientation6", "orientation7", "orientation8"),
                         [](const auto& info) { return std::string(info.param); });

TEST(Jpeg, RoundTripsASmoothPictureClosely) {
  const auto image = test::gradient(70, 50);
  EXPECT_LE(test::max_difference(decode_jpeg(encode_jpeg(image), "j"), image), 6);
  EXPECT_EQ(encode_jpeg(image), encode_jpeg(image));
}

TEST(Jpeg, CarriesTheFirstTextAsUserComment) {
  const auto jpeg = encode_jpeg(test::gradient(8, 8), {{"parameters", "猫 😀"}, {"unipic", "{}"}});
  const std::string file(reinterpret_cast<const char*>(jpeg.data()), jpeg.size());
  const size_t exif = file.find("Exif");
  ASSERT_NE(exif, file.npos);
  EXPECT_EQ(exif_comment(as_bytes(file.substr(exif))), "猫 😀");
  EXPECT_EQ(decode_jpeg(jpeg, "j").width, 8);
}

TEST(Jpeg, LeavesOutATextThatIsTooLong) {
  const auto image = test::gradient(8, 8);
  EXPECT_EQ(encode_jpeg(image, {{"parameters", std::string(40000, 'a')}}), encode_jpeg(image));
}

TEST(Jpeg, RefusesATruncatedPictureInsteadOfGrey) {
  for (const auto* name : {"rgb420.jpg", "progressive.jpg", "restart.jpg"}) {
    const auto file = data(name);
    const auto half = file.substr(0, file.size() / 2);
    const auto message = error_of([&] { decode_jpeg(as_bytes(half), name); });
    EXPECT_TRUE(message.starts_with(std::string(name) + ": JPEG is damaged near byte ") &&
                message.ends_with(": Premature end of JPEG file"))
        << message;
  }
}

TEST(Jpeg, RefusesMorePixelsThanAllowed) {
  EXPECT_EQ(error_of([] { decode_jpeg(as_bytes(data("grey.jpg")), "g.jpg", {.max_pixels = 9}); }),
            "g.jpg: an image of 17x13, at most 9 pixels are allowed");
}

// A well-formed grey picture that sends every coefficient bit by bit, in 191 scans.
std::string many_scans() {
  std::vector<jpeg_scan_info> scans = {{1, {0}, 0, 0, 0, 1}, {1, {0}, 0, 0, 1, 0}};
  for (int k = 1; k < 64; ++k) {
    for (const auto& [high, low] : {std::pair{0, 2}, {2, 1}, {1, 0}}) {
      scans.push_back({1, {0}, k, k, high, low});
    }
  }
  jpeg_compress_struct jpeg{};
  jpeg_error_mgr errors{};
  jpeg.err = jpeg_std_error(&errors);
  jpeg_create_compress(&jpeg);
  unsigned char* data = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&jpeg, &data, &size);
  jpeg.image_width = jpeg.image_height = 8;
  jpeg.input_components = 1;
  jpeg.in_color_space = JCS_GRAYSCALE;
  jpeg_set_defaults(&jpeg);
  jpeg.scan_info = scans.data();
  jpeg.num_scans = static_cast<int>(scans.size());
  jpeg_start_compress(&jpeg, TRUE);
  uint8_t pixels[8] = {0, 250, 3, 99, 20, 200, 7, 31};
  JSAMPROW row = pixels;
  for (int y = 0; y < 8; ++y) jpeg_write_scanlines(&jpeg, &row, 1);
  jpeg_finish_compress(&jpeg);
  jpeg_destroy_compress(&jpeg);
  std::string file(reinterpret_cast<const char*>(data), size);
  std::free(data);
  return file;
}

TEST(Jpeg, RefusesMoreScansThanAnyPictureNeeds) {
  const auto message = error_of([] { decode_jpeg(as_bytes(many_scans()), "b.jpg"); });
  EXPECT_TRUE(message.starts_with("b.jpg: JPEG is damaged near byte ") &&
              message.ends_with(": more than 100 scans"))
      << message;
}

TEST(Jpeg, SurvivesEveryCutAndFlippedBit) {
  for (const auto* name : {"progressive.jpg", "cmyk.jpg", "orientation6.jpg"}) {
    const auto file = data(name);
    const auto read = [&](auto bytes) { decode_jpeg(bytes, name, kSmall); };
    EXPECT_GE(test::survive_damage(file, read), file.size() - 4) << name;
  }
}

}  // namespace
}  // namespace unipic::io
