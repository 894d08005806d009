#include "models/unipic1/pixels.h"

#include <algorithm>

#include "io/resample.h"
#include "ops/image_tensor.h"

namespace unipic::unipic1 {
using torch::Tensor;

namespace {

constexpr uint8_t kPadGrey = 127;

}  // namespace

Tensor cropped_pixels(const Image& image, int64_t width, int64_t height) {
  return ops::pixel_tensor(
      io::resize(io::centre_crop(image, width, height), width, height, io::Resampling::kBicubic));
}

Tensor padded_pixels(const Image& image, int64_t size) {
  return ops::pixel_tensor(
      io::resize(io::pad_to_square(image, kPadGrey), size, size, io::Resampling::kBicubic));
}

Tensor stretched_pixels(const Image& image, int64_t size) {
  const int64_t longer = std::max(image.width, image.height);
  const auto square = io::resize(image, longer, longer, io::Resampling::kBicubic);
  return ops::pixel_tensor(io::resize(square, size, size, io::Resampling::kBicubic));
}

Tensor vision_pixels(const Image& image, int64_t size) {
  return ops::pixel_tensor(io::resize(image, size, size, io::Resampling::kBilinear));
}

Image to_image(const Tensor& pixels_3HW) {
  const auto numbers_3HW = 127.5 * pixels_3HW.to(torch::kFloat) + 128.0;
  return ops::image_of(numbers_3HW.nan_to_num(0.0).permute({1, 2, 0}));
}

}  // namespace unipic::unipic1
