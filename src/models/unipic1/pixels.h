#pragma once

#include <torch/types.h>

#include "unipic/image.h"

// Pictures to what the networks take and back: [1, 3, H, W], fp32, -1..1.

namespace unipic::unipic1 {

// The middle of the picture at the aspect of `width` to `height`, resized to it (editing).
torch::Tensor cropped_pixels(const Image& image, int64_t width, int64_t height);

// The whole picture in a grey square, resized to `size` (understanding).
torch::Tensor padded_pixels(const Image& image, int64_t size);

// The whole picture stretched to a square of its longer side, resized to `size` (training).
torch::Tensor stretched_pixels(const Image& image, int64_t size);

// The whole picture stretched to `size` bilinearly, as the SigLIP processor does.
torch::Tensor vision_pixels(const Image& image, int64_t size);

// floor(clamp(127.5·x + 128, 0, 255)) of one picture [3, H, W] (specs/unipic1.md §4).
Image to_image(const torch::Tensor& pixels_3HW);

}  // namespace unipic::unipic1
