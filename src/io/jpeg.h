#pragma once

#include "io/image.h"

namespace unipic::io {

// As `decode_image`, for JPEG only: grey, YCbCr, RGB, and CMYK and YCCK stored inverted as Adobe
// does. Damaged data is an error where libjpeg itself would go on with grey.
Image decode_jpeg(std::span<const std::byte> bytes, std::string_view name,
                  const ImageLimits& limits = {});

// As `encode_image`.
std::vector<std::byte> encode_jpeg(const Image& image, const std::vector<ImageText>& texts = {},
                                   int quality = 0);

}  // namespace unipic::io
