#pragma once

#include "io/image.h"

namespace unipic::io {

// As `decode_image`, for PNG only.
Image decode_png(std::span<const std::byte> bytes, std::string_view name,
                 const ImageLimits& limits = {});

// As `decode_png`, but keeps transparency and ignores EXIF orientation: RGBA, 4 bytes a pixel, not
// premultiplied.
struct RgbaImage {
  int64_t width = 0;
  int64_t height = 0;
  std::vector<uint8_t> pixels;  // 4 * width * height
};
RgbaImage decode_png_rgba(std::span<const std::byte> bytes, std::string_view name,
                          const ImageLimits& limits = {});

// As `encode_image`. A text that Latin-1 cannot hold becomes iTXt, any other tEXt.
std::vector<std::byte> encode_png(const Image& image, const std::vector<ImageText>& texts = {});

}  // namespace unipic::io
