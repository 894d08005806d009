#pragma once

#include <torch/types.h>

#include "unipic/image.h"

// Pictures to what TA-Tok's encoder takes (specs/tar.md §2.1).

namespace unipic::tar {

// How a picture comes to the encoder's size, whatever its aspect.
enum class Resizing {
  kBicubic,      // of 8-bit colours, as the language model was trained and evaluated with
  kAntialiased,  // bilinear, as the published programs do it with a new torchvision
  kBilinear,     // the same with an old one: shrinking skips pixels
};

// A normalised picture of `size` × `size` pixels, [B, 3, size, size], by bilinear interpolation.
torch::Tensor resized_pixels(const torch::Tensor& pixels_B3HW, int64_t size, bool antialias);

// Pixels in -1..1 of a picture, [1, 3, size, size], fp32.
torch::Tensor ta_tok_pixels(const Image& image, int64_t size,
                            Resizing resizing = Resizing::kBicubic);

}  // namespace unipic::tar
