#pragma once

#include <torch/types.h>

#include "unipic/image.h"

// Pictures to what the networks take and back.

namespace unipic::unipic2 {

// `image` with its longer side `size`, a multiple of 32, and the other in proportion, rounded to
// one (specs/unipic2.md §8.1). Throws `UsageError` for a picture so flat that nothing is left.
Image resized_to_longer_side(const Image& image, int64_t size);

// [1, 3, H, W], fp32, -1..1.
torch::Tensor to_pixels(const Image& image);

// Of one picture [3, H, W] in -1..1, clamped.
Image to_image(const torch::Tensor& pixels_3HW);

}  // namespace unipic::unipic2
