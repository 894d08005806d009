#include "io/webp.h"

#include <gtest/gtest.h>

#include <string>

#include "io/exif.h"
#include "support/error.h"
#include "support/picture.h"

namespace unipic::io {
namespace {

using test::as_bytes;
using test::error_of;

constexpr ImageLimits kSmall{.max_pixels = 1 << 16};

std::string data(const std::string& name) { return test::read_file(test::io_data(name)); }

class WebpKind : public testing::TestWithParam<const char*> {};

TEST_P(WebpKind, DecodesToWhatPillowDecodes) {
  const std::string name = GetParam();
  const auto image = decode_webp(as_bytes(data(name + ".webp")), name);
  EXPECT_EQ(test::max_difference(image, test::read_ppm(test::io_data(name + ".ppm"))), 0);
}

INSTANTIATE_TEST_SUITE_P(Every, WebpKind,
                         testing::Values("lossy", "lossy_alpha", "lossless", "lossless_alpha",
                                         "oriented", "animated"),
                         [](const auto& info) { return std::string(info.param); });

TEST(Webp, RoundTripsEveryPixelWithAndWithoutText) {
  const auto image = test::gradient(33, 17);
  EXPECT_EQ(decode_webp(encode_webp(image), "w"), image);
  EXPECT_EQ(decode_webp(encode_webp(image, {{"parameters", "odd"}}), "w"), image);
  EXPECT_EQ(encode_webp(image), encode_webp(image));
}

TEST(Webp, CarriesTheFirstTextAsUserComment) {
  const auto webp = encode_webp(test::gradient(5, 5), {{"parameters", "猫 😀"}, {"unipic", "{}"}});
  const std::string file(reinterpret_cast<const char*>(webp.data()), webp.size());
  const size_t exif = file.find("EXIF");
  ASSERT_NE(exif, file.npos);
  EXPECT_EQ(exif_comment(as_bytes(file.substr(exif + 8))), "猫 😀");
}

TEST(Webp, RefusesASideBeyondTheFormat) {
  EXPECT_EQ(error_of([] { encode_webp(test::gradient(16384, 1)); }),
            "an image of 16384x1, the format allows at most 16383 pixels a side");
}

TEST(Webp, RefusesMorePixelsThanAllowed) {
  EXPECT_EQ(error_of([] { decode_webp(as_bytes(data("lossy.webp")), "w", {.max_pixels = 9}); }),
            "w: an image of 34x26, at most 9 pixels are allowed");
}

TEST(Webp, SurvivesEveryCutAndFlippedBit) {
  for (const auto* name : {"lossy_alpha.webp", "lossless_alpha.webp", "animated.webp"}) {
    const auto file = data(name);
    const auto read = [&](auto bytes) { decode_webp(bytes, name, kSmall); };
    EXPECT_EQ(test::survive_damage(file, read), file.size()) << name;
  }
}

}  // namespace
}  // namespace unipic::io
