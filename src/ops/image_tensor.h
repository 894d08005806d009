#pragma once

#include <ATen/core/Tensor.h>

#include "unipic/image.h"

namespace unipic::ops {

// A picture as numbers 0..255, [H, W, 3], fp32.
at::Tensor image_tensor(const Image& image);

// A picture as numbers -1..1, [1, 3, H, W], fp32.
at::Tensor pixel_tensor(const Image& image);

// The picture of numbers that are clamped to 0..255 and rounded down.
Image image_of(const at::Tensor& numbers_HW3);

}  // namespace unipic::ops
