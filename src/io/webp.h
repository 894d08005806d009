#pragma once

#include "io/image.h"

namespace unipic::io {

// As `decode_image`, for WebP only; the first frame of an animation, on white.
Image decode_webp(std::span<const std::byte> bytes, std::string_view name,
                  const ImageLimits& limits = {});

// As `encode_image`.
std::vector<std::byte> encode_webp(const Image& image, const std::vector<ImageText>& texts = {},
                                   int quality = 0);

}  // namespace unipic::io
