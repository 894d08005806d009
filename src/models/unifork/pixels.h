#pragma once

#include <torch/types.h>

#include "unipic/image.h"

// Pictures to what the networks take, [1, 3, S, S] in fp32 and -1..1, and back (specs/unifork.md
// §4.1).

namespace unipic::unifork {

// The middle of the picture (learning to draw).
torch::Tensor cropped_pixels(const Image& image, int64_t size);

// The whole picture, resized and then put on grey; no side of it becomes less than `min_size`
// (learning to understand).
torch::Tensor framed_pixels(const Image& image, int64_t size, int64_t min_size = 14);

// The whole picture, put on grey and then resized (understanding).
torch::Tensor padded_pixels(const Image& image, int64_t size);

// Pixels as the numbers 0..255 of a picture, not rounded yet.
torch::Tensor to_numbers(const torch::Tensor& pixels);
// Of one picture [3, H, W], rounded down.
Image to_image(const torch::Tensor& pixels_3HW);

}  // namespace unipic::unifork
