#include "unipic/image.h"

#include <gtest/gtest.h>

#include <string>

#include "io/image.h"
#include "support/error.h"
#include "support/picture.h"

namespace unipic {
namespace {

using test::error_of;

TEST(ImageFile, RoundTripsInEveryFormat) {
  const test::TemporaryFolder folder;
  const auto image = test::gradient(40, 30);
  for (const auto* name : {"a.png", "a.PNG", "a.webp"}) {
    write_image(folder / name, image);
    EXPECT_EQ(read_image(folder / name), image) << name;
  }
  for (const auto* name : {"a.jpg", "a.Jpeg"}) {
    write_image(folder / name, image);
    EXPECT_LE(test::max_difference(read_image(folder / name), image), 6) << name;
  }
}

TEST(ImageFile, IsReadByContentWhateverItsName) {
  const test::TemporaryFolder folder;
  std::filesystem::copy_file(test::io_data("rgb8.png"), folder / "a.jpg");
  EXPECT_EQ(read_image(folder / "a.jpg"), test::read_ppm(test::io_data("rgb8.ppm")));
}

TEST(ImageFile, CarriesItsSettings) {
  const test::TemporaryFolder folder;
  const std::vector<ImageText> texts = {{"parameters", "a cat\nSteps: 3"}, {"unipic", "{}"}};
  write_image(folder / "a.png", test::gradient(3, 3), texts);
  EXPECT_EQ(read_png_text(folder / "a.png"), texts);
}

TEST(ImageFile, RefusesAnUnknownExtensionAsAUsageError) {
  const auto image = test::gradient(3, 3);
  EXPECT_THROW(write_image("out.gif", image), UsageError);
  EXPECT_THROW(check_image_extension("out"), UsageError);
  EXPECT_NO_THROW(check_image_extension("out.JPG"));
  EXPECT_EQ(error_of([&] { write_image("out.gif", image); }),
            "out.gif: cannot write an image with the extension '.gif'; use .png, .jpg, .jpeg or "
            ".webp");
}

TEST(ImageFile, RefusesWhatIsNoImage) {
  const test::TemporaryFolder folder;
  test::write_file(folder / "empty.png", "");
  test::write_file(folder / "text.png", "I am a text.");
  EXPECT_EQ(error_of([&] { read_image(folder / "empty.png"); }),
            (folder / "empty.png").string() + ": is empty, not an image");
  EXPECT_EQ(error_of([&] { read_image(folder / "text.png"); }),
            (folder / "text.png").string() + ": is not a PNG, JPEG or WebP image");
  EXPECT_EQ(error_of([&] { read_image(folder.path()); }),
            folder.path().string() + ": is a folder, not a file");
  EXPECT_EQ(error_of([&] { read_image(folder / "none.png"); }),
            (folder / "none.png").string() + ": cannot open: No such file or directory");
}

TEST(ImageFile, RefusesAnImageThatContradictsItself) {
  const test::TemporaryFolder folder;
  const Image short_of_pixels{.width = 2, .height = 2, .pixels = {1, 2, 3}};
  for (const auto* name : {"a.png", "a.jpg", "a.webp"}) {
    EXPECT_EQ(error_of([&] { write_image(folder / name, short_of_pixels); }),
              "an image of 2x2 has 3 bytes of pixels instead of 12");
    EXPECT_EQ(error_of([&] { write_image(folder / name, Image{}); }),
              "an image of 0x0 has no pixels");
    EXPECT_FALSE(std::filesystem::exists(folder / name));
  }
}

TEST(ImageBytes, MayBeNoMoreThanAllowed) {
  const auto file = test::read_file(test::io_data("rgb8.png"));
  EXPECT_EQ(error_of([&] { io::decode_image(test::as_bytes(file), "a", {.max_file_bytes = 10}); }),
            "a: " + std::to_string(file.size()) + " bytes, at most 10 are read as an image");
}

TEST(CompositeOverWhite, RoundsToNearest) {
  std::vector<uint8_t> pixels;
  for (const int alpha : {0, 1, 127, 128, 254, 255}) {
    pixels.insert(pixels.end(), {0, 100, 255, static_cast<uint8_t>(alpha)});
  }
  io::composite_over_white(pixels);
  const std::vector<uint8_t> expected = {255, 255, 255, 254, 254, 255, 128, 178, 255,
                                         127, 177, 255, 1,   101, 255, 0,   100, 255};
  EXPECT_EQ(pixels, expected);
}

}  // namespace
}  // namespace unipic
