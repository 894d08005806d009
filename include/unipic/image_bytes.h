#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "unipic/image.h"

// Image files in memory.

namespace unipic {

enum class ImageFormat { kPng, kJpeg, kWebp };

struct EncodeOptions {
  ImageFormat format = ImageFormat::kPng;
  // 1 to 100, of JPEG and WebP; 0: 95 for JPEG, lossless WebP.
  int quality = 0;
};

// The picture in the bytes of a PNG, JPEG or WebP file, as `read_image` describes it. `name` names
// them in messages. Throws `Error`, before memory is taken for it for a picture of more than
// `max_pixels`.
Image decode_image(std::string_view bytes, std::string_view name, int64_t max_pixels = 100'000'000);

// The bytes that `write_image` writes. Throws `Error` as it does, `UsageError` for a quality out of
// range.
std::string encode_image(const Image& image, const EncodeOptions& options = {},
                         const std::vector<ImageText>& texts = {});

}  // namespace unipic
