#include "models/tar/ta_tok_pixels.h"

#include "io/resample.h"
#include "ops/image_tensor.h"

namespace unipic::tar {
using torch::Tensor;

Tensor resized_pixels(const Tensor& pixels_B3HW, int64_t size, bool antialias) {
  if (pixels_B3HW.size(2) == size && pixels_B3HW.size(3) == size) return pixels_B3HW;
  const auto pixels = pixels_B3HW.contiguous();
  return antialias ? at::_upsample_bilinear2d_aa(pixels, {size, size}, /*align_corners=*/false)
                   : at::upsample_bilinear2d(pixels, {size, size}, /*align_corners=*/false);
}

Tensor ta_tok_pixels(const Image& image, int64_t size, Resizing resizing) {
  if (resizing == Resizing::kBicubic)
    return ops::pixel_tensor(io::resize(image, size, size, io::Resampling::kBicubic));
  return resized_pixels(ops::pixel_tensor(image), size, resizing == Resizing::kAntialiased);
}

}  // namespace unipic::tar
