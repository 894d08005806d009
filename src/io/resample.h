#pragma once

#include "io/image.h"

namespace unipic::io {

enum class Resampling { kBilinear, kBicubic, kLanczos };

// `image` at `width` x `height`, bit for bit what Pillow's `Image.resize` gives: a separable
// filter, widened when shrinking, in 22-bit fixed point, rows first, rounded to 8 bits between.
// Throws `Error` if the result, or the memory the work needs, exceeds `limits`.
Image resize(const Image& image, int64_t width, int64_t height, Resampling resampling,
             const ImageLimits& limits = {});

// The part of `image` that begins at (left, top). Throws `Error` unless it lies inside.
Image crop(const Image& image, int64_t left, int64_t top, int64_t width, int64_t height);

// The largest part of `image` whose sides are as `aspect_width` to `aspect_height` (rounded down,
// at least one pixel), from the middle; an odd remainder is cut right and below. (1, 1): a square.
Image centre_crop(const Image& image, int64_t aspect_width, int64_t aspect_height);

// `image` in the middle of a square of `grey`; an odd remainder goes right and below. Throws
// `Error` if the square exceeds `limits`.
Image pad_to_square(const Image& image, uint8_t grey = 127, const ImageLimits& limits = {});

// The same with a square of `side`, no less than the sides of `image`.
Image pad_to_square(const Image& image, int64_t side, uint8_t grey, const ImageLimits& limits);

}  // namespace unipic::io
