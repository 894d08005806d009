#include "eval/geneval/color_crop.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"
#include "io/image.h"

namespace unipic::eval {
namespace {

constexpr uint8_t kBackground = 153;

struct Corners {
  int64_t left, top, right, bottom;
};

Corners rounded(const Box& box) {
  // Beyond it neither sides nor sums fit what follows; the default rounding mode is half to even.
  constexpr float kFarthest = 1e9f;
  for (const float value : {box.left, box.top, box.right, box.bottom}) {
    check(std::abs(value) <= kFarthest, "color crop: box {} {} {} {} is out of range", box.left,
          box.top, box.right, box.bottom);
  }
  return {std::lrint(box.left), std::lrint(box.top), std::lrint(box.right), std::lrint(box.bottom)};
}

}  // namespace

Image color_crop(const Image& image, const Detection& object) {
  const io::ImageLimits limits;
  io::check_well_formed(image, limits.max_side);
  const auto* mask = object.mask ? &*object.mask : nullptr;
  check(!mask || (mask->width == image.width && mask->height == image.height &&
                  mask->pixels.size() * 3 == image.pixels.size()),
        "color crop: a mask of {}x{} for a picture of {}x{}", mask ? mask->width : 0,
        mask ? mask->height : 0, image.width, image.height);
  const auto [left, top, right, bottom] = rounded(object.box);
  io::check_size(right - left, bottom - top, "color crop", limits);

  Image crop{.width = right - left, .height = bottom - top, .pixels = {}};
  crop.pixels.resize(3 * crop.width * crop.height);
  for (int64_t y = std::max<int64_t>(top, 0); y < std::min(bottom, image.height); ++y) {
    for (int64_t x = std::max<int64_t>(left, 0); x < std::min(right, image.width); ++x) {
      const auto from = y * image.width + x;
      auto* const to = &crop.pixels[3 * ((y - top) * crop.width + x - left)];
      if (mask && mask->pixels[from] == 0) {
        std::fill_n(to, 3, kBackground);
      } else {
        std::copy_n(&image.pixels[3 * from], 3, to);
      }
    }
  }
  return crop;
}

}  // namespace unipic::eval
