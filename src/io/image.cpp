#include "io/image.h"

#include <algorithm>
#include <cctype>
#include <string>

#include "base/atomic_file.h"
#include "base/check.h"
#include "base/mapped_file.h"
#include "io/jpeg.h"
#include "io/png.h"
#include "io/png_text.h"
#include "io/webp.h"

namespace unipic::io {

std::optional<ImageFormat> image_format(std::span<const std::byte> bytes) {
  const std::string_view start(reinterpret_cast<const char*>(bytes.data()),
                               std::min<size_t>(bytes.size(), 12));
  if (start.starts_with("\x89PNG\r\n\x1a\n")) return ImageFormat::kPng;
  if (start.starts_with("\xff\xd8\xff")) return ImageFormat::kJpeg;
  if (start.starts_with("RIFF") && start.ends_with("WEBP")) return ImageFormat::kWebp;
  return std::nullopt;
}

ImageFormat image_format(const std::filesystem::path& path) {
  auto extension = path.extension().string();
  for (char& c : extension) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (extension == ".png") return ImageFormat::kPng;
  if (extension == ".jpg" || extension == ".jpeg") return ImageFormat::kJpeg;
  if (extension == ".webp") return ImageFormat::kWebp;
  throw UsageError(
      fmt::format("{}: cannot write an image with the extension '{}'; use .png, .jpg, "
                  ".jpeg or .webp",
                  path.string(), path.extension().string()));
}

void check_size(int64_t width, int64_t height, std::string_view name, const ImageLimits& limits) {
  check(width > 0 && height > 0, "{}: an image of {}x{} has no pixels", name, width, height);
  check(width <= limits.max_side && height <= limits.max_side,
        "{}: an image of {}x{}, at most {} pixels a side are allowed", name, width, height,
        limits.max_side);
  check(width <= limits.max_pixels / height, "{}: an image of {}x{}, at most {} pixels are allowed",
        name, width, height, limits.max_pixels);
}

void check_well_formed(const Image& image, int64_t max_side) {
  check(image.width > 0 && image.height > 0, "an image of {}x{} has no pixels", image.width,
        image.height);
  check(image.width <= max_side && image.height <= max_side,
        "an image of {}x{}, the format allows at most {} pixels a side", image.width, image.height,
        max_side);
  const auto expected = static_cast<size_t>(image.width) * static_cast<size_t>(image.height) * 3;
  check(image.pixels.size() == expected, "an image of {}x{} has {} bytes of pixels instead of {}",
        image.width, image.height, image.pixels.size(), expected);
}

void composite_over_white(std::vector<uint8_t>& pixels) {
  const size_t count = pixels.size() / 4;
  for (size_t pixel = 0; pixel < count; ++pixel) {
    const uint32_t alpha = pixels[4 * pixel + 3];
    const uint32_t white = 255 * (255 - alpha) + 127;
    for (size_t c = 0; c < 3; ++c) {
      pixels[3 * pixel + c] = static_cast<uint8_t>((pixels[4 * pixel + c] * alpha + white) / 255);
    }
  }
  pixels.resize(3 * count);
}

Image decode_image(std::span<const std::byte> bytes, std::string_view name,
                   const ImageLimits& limits) {
  check(!bytes.empty(), "{}: is empty, not an image", name);
  check(bytes.size() <= limits.max_file_bytes, "{}: {} bytes, at most {} are read as an image",
        name, bytes.size(), limits.max_file_bytes);
  const auto format = image_format(bytes);
  check(format.has_value(), "{}: is not a PNG, JPEG or WebP image", name);
  switch (*format) {
    case ImageFormat::kPng:
      return decode_png(bytes, name, limits);
    case ImageFormat::kJpeg:
      return decode_jpeg(bytes, name, limits);
    case ImageFormat::kWebp:
      break;
  }
  return decode_webp(bytes, name, limits);
}

std::vector<std::byte> encode_image(const Image& image, ImageFormat format,
                                    const std::vector<ImageText>& texts, int quality) {
  switch (format) {
    case ImageFormat::kPng:
      return encode_png(image, texts);
    case ImageFormat::kJpeg:
      return encode_jpeg(image, texts, quality);
    case ImageFormat::kWebp:
      break;
  }
  return encode_webp(image, texts, quality);
}

}  // namespace unipic::io

namespace unipic {

Image read_image(const std::filesystem::path& path) {
  return io::decode_image(MappedFile::open(path)->bytes(), path.string());
}

void write_image(const std::filesystem::path& path, const Image& image,
                 const std::vector<ImageText>& texts) {
  const auto bytes = io::encode_image(image, io::image_format(path), texts);
  write_file_atomically(path, std::span<const std::byte>(bytes));
}

Image decode_image(std::string_view bytes, std::string_view name, int64_t max_pixels) {
  return io::decode_image(std::as_bytes(std::span(bytes)), name, {.max_pixels = max_pixels});
}

std::string encode_image(const Image& image, const EncodeOptions& options,
                         const std::vector<ImageText>& texts) {
  check_usage(options.quality >= 0 && options.quality <= 100, "a quality of {}, not within 1..100",
              options.quality);
  const auto bytes = io::encode_image(image, options.format, texts, options.quality);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

void check_image_extension(const std::filesystem::path& path) { io::image_format(path); }

std::vector<ImageText> read_png_text(const std::filesystem::path& path) {
  return io::read_png_text(MappedFile::open(path)->bytes(), path.string());
}

}  // namespace unipic
