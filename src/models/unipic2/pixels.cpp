#include "models/unipic2/pixels.h"

#include <cmath>

#include "base/check.h"
#include "io/resample.h"
#include "ops/image_tensor.h"

namespace unipic::unipic2 {

PictureSize size_with_longer_side(const Image& image, int64_t size) {
  constexpr int64_t kMultiple = 32;
  const auto in_proportion = [&](int64_t side, int64_t longer) {
    const double sides = static_cast<double>(side) * static_cast<double>(size) /
                         static_cast<double>(longer) / kMultiple;
    return static_cast<int64_t>(std::nearbyint(sides)) * kMultiple;  // half to even
  };
  const bool is_wide = image.width >= image.height;
  const int64_t width = is_wide ? size : in_proportion(image.width, image.height);
  const int64_t height = is_wide ? in_proportion(image.height, image.width) : size;
  check_usage(width > 0 && height > 0,
              "a picture of {}x{} is too flat for a longer side of {} pixels", image.width,
              image.height, size);
  return {width, height};
}

Image resized_to_longer_side(const Image& image, int64_t size) {
  const auto [width, height] = size_with_longer_side(image, size);
  return io::resize(image, width, height, io::Resampling::kBicubic);
}

Image to_image(const torch::Tensor& pixels_3HW) {
  const auto shares = (pixels_3HW.to(torch::kFloat) / 2 + 0.5).nan_to_num(0.0).clamp(0, 1);
  return ops::image_of((shares * 255.0).round().permute({1, 2, 0}));
}

}  // namespace unipic::unipic2
