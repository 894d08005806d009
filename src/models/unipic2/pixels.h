#pragma once

#include <torch/types.h>

#include "unipic/image.h"

// Pictures to what the networks take and back.

namespace unipic::unipic2 {

struct PictureSize {
  int64_t width = 0, height = 0;

  bool operator==(const PictureSize&) const = default;
};

// That of `image` once its longer side is `size` and the other in proportion, rounded to a multiple
// of 32 (specs/unipic2.md §8.1). Throws `UsageError` for a picture so flat that nothing is left.
PictureSize size_with_longer_side(const Image& image, int64_t size);

Image resized_to_longer_side(const Image& image, int64_t size);

// Of one picture [3, H, W] in -1..1, clamped.
Image to_image(const torch::Tensor& pixels_3HW);

}  // namespace unipic::unipic2
