#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "unipic/image_bytes.h"

namespace unipic::io {

// What a picture from outside may cost; looked at before memory is taken for it.
struct ImageLimits {
  int64_t max_pixels = 100'000'000;
  int64_t max_side = 1'000'000;
  size_t max_file_bytes = size_t{256} << 20;
};

// By the first bytes of a file; nothing if they are of no format we read.
std::optional<ImageFormat> image_format(std::span<const std::byte> bytes);
// By a file name's extension. Throws `UsageError` naming an unknown one.
ImageFormat image_format(const std::filesystem::path& path);

// The picture in a whole PNG, JPEG or WebP file, as `read_image` describes it. `name` names the
// bytes in messages. Throws `Error`.
Image decode_image(std::span<const std::byte> bytes, std::string_view name,
                   const ImageLimits& limits = {});

// The whole file that `write_image` writes, or of another `quality` (`EncodeOptions`). Throws
// `Error` as it does.
std::vector<std::byte> encode_image(const Image& image, ImageFormat format,
                                    const std::vector<ImageText>& texts = {}, int quality = 0);

// Throws `Error` if a picture of these sides exceeds `limits`, or has no pixels.
void check_size(int64_t width, int64_t height, std::string_view name, const ImageLimits& limits);

// Throws `Error` unless both sides are from 1 to `max_side` and `pixels` is as long as they say.
void check_well_formed(const Image& image, int64_t max_side);

// Replaces RGBA `pixels` by RGB over white, rounded to nearest, in place.
void composite_over_white(std::vector<uint8_t>& pixels);

}  // namespace unipic::io
