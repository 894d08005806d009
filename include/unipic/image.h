#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace unipic {

// A picture: RGB, 3 bytes a pixel, row by row from the top left corner.
struct Image {
  int64_t width = 0;
  int64_t height = 0;
  std::vector<uint8_t> pixels;  // 3 * width * height

  bool operator==(const Image&) const = default;
};

// A named text that travels inside an image file, both in UTF-8. The settings of a picture are
// `parameters` (A1111's convention) and `unipic` (our JSON).
struct ImageText {
  std::string keyword;  // 1 to 79 printable Latin-1 characters
  std::string text;

  bool operator==(const ImageText&) const = default;
};

// The picture in a PNG, JPEG or WebP file, told apart by content, whatever the name says: upright
// as its EXIF orientation asks, transparency over white, the first frame of an animation, 16 bits
// a channel cut to their high byte; gamma and colour profiles are ignored.
// Throws `Error`, naming `path`, for what is not such a file, is damaged or cut short, or is larger
// than 100 megapixels or 256 MiB.
Image read_image(const std::filesystem::path& path);

// Writes PNG (.png), JPEG (.jpg, .jpeg; quality 95, full-resolution colour) or WebP (.webp;
// lossless): the old file or the whole new one is seen, never a part. The same image gives the
// same bytes. PNG carries all `texts` in order; JPEG and WebP carry the first one, as EXIF
// UserComment, unless it is too long for that (JPEG: about 32000 characters). Bytes of a text that
// are not UTF-8, and NUL, become U+FFFD.
// Throws `UsageError` for another extension; `Error` if the file cannot be written, a side is zero
// or too long for the format (JPEG 65500, WebP 16383), `pixels` has another size than the sides
// say, or a keyword is not one.
void write_image(const std::filesystem::path& path, const Image& image,
                 const std::vector<ImageText>& texts = {});

// Throws the `UsageError` of `write_image` for a path with another extension; for finding out
// before the work rather than after.
void check_image_extension(const std::filesystem::path& path);

// The texts of a PNG file in its order: tEXt, zTXt and iTXt. Throws `Error` if the file is not a
// well-formed PNG, or has more than 1000 texts or 16 MiB of them.
std::vector<ImageText> read_png_text(const std::filesystem::path& path);

}  // namespace unipic
