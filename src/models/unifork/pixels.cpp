#include "models/unifork/pixels.h"

#include <algorithm>
#include <cmath>

#include "io/resample.h"
#include "ops/image_tensor.h"

namespace unipic::unifork {
using torch::Tensor;

namespace {

constexpr uint8_t kGrey = 127;

// A side of `image` once the side `reference` of it has become `size`, but at least `least`.
int64_t scaled(int64_t side, int64_t reference, int64_t size, int64_t least) {
  const double exact =
      static_cast<double>(side) / static_cast<double>(reference) * static_cast<double>(size);
  return std::max(static_cast<int64_t>(exact), least);
}

Image resized(const Image& image, int64_t reference, int64_t size, int64_t least) {
  return io::resize(image, scaled(image.width, reference, size, least),
                    scaled(image.height, reference, size, least), io::Resampling::kBicubic);
}

}  // namespace

Tensor cropped_pixels(const Image& image, int64_t size) {
  const auto whole = resized(image, std::min(image.width, image.height), size, size);
  return ops::pixel_tensor(
      io::crop(whole, (whole.width - size) / 2, (whole.height - size) / 2, size, size));
}

Tensor framed_pixels(const Image& image, int64_t size, int64_t min_size) {
  const auto whole = resized(image, std::max(image.width, image.height), size, min_size);
  return ops::pixel_tensor(io::pad_to_square(whole, size, kGrey, {}));
}

Tensor padded_pixels(const Image& image, int64_t size) {
  return ops::pixel_tensor(
      io::resize(io::pad_to_square(image, kGrey), size, size, io::Resampling::kBicubic));
}

Tensor to_numbers(const Tensor& pixels) {
  return ((pixels.to(torch::kFloat).nan_to_num(0.0) + 1) * 127.5).clamp(0, 255);
}

Image to_image(const Tensor& pixels_3HW) {
  return ops::image_of(to_numbers(pixels_3HW).permute({1, 2, 0}));
}

}  // namespace unipic::unifork
