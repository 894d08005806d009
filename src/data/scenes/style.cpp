#include "data/scenes/style.h"

#include <algorithm>
#include <cmath>

namespace unipic::scenes {
namespace {

constexpr int64_t kBlocks = 20;      // across the shorter side of a pixelated picture
constexpr double kBlurShare = 0.02;  // radius of each of three box blurs, in the shorter side
constexpr int kNumBlurs = 3;         // together close to a Gaussian

template <typename Change>
void change_pixels(Image& image, const Change& change) {
  for (size_t i = 0; i < image.pixels.size(); i += 3) {
    const Rgb rgb = change(Rgb{image.pixels[i], image.pixels[i + 1], image.pixels[i + 2]});
    std::copy(rgb.begin(), rgb.end(), &image.pixels[i]);
  }
}

Rgb grey(const Rgb& rgb) {
  const uint8_t value = luma(rgb);
  return {value, value, value};
}

// From a dark brown over tan to a warm white.
Rgb sepia(const Rgb& rgb) {
  const double value = luma(rgb) / 255.0;
  return value < 0.5 ? mix({38, 22, 8}, {166, 130, 88}, 2 * value)
                     : mix({166, 130, 88}, {255, 244, 220}, 2 * value - 1);
}

Rgb inverted(const Rgb& rgb) {
  return {static_cast<uint8_t>(255 - rgb[0]), static_cast<uint8_t>(255 - rgb[1]),
          static_cast<uint8_t>(255 - rgb[2])};
}

size_t offset(const Image& image, int64_t x, int64_t y) {
  return static_cast<size_t>(3 * (y * image.width + x));
}

void flatten_block(Image& image, int64_t left, int64_t top, int64_t side) {
  const int64_t right = std::min(left + side, image.width);
  const int64_t bottom = std::min(top + side, image.height);
  const int64_t count = (right - left) * (bottom - top);
  for (size_t channel = 0; channel < 3; ++channel) {
    int64_t sum = count / 2;
    for (int64_t y = top; y < bottom; ++y) {
      for (int64_t x = left; x < right; ++x) sum += image.pixels[offset(image, x, y) + channel];
    }
    for (int64_t y = top; y < bottom; ++y) {
      for (int64_t x = left; x < right; ++x) {
        image.pixels[offset(image, x, y) + channel] = static_cast<uint8_t>(sum / count);
      }
    }
  }
}

void pixelate(Image& image) {
  const int64_t side =
      std::max<int64_t>(2, (std::min(image.width, image.height) + kBlocks / 2) / kBlocks);
  for (int64_t top = 0; top < image.height; top += side) {
    for (int64_t left = 0; left < image.width; left += side) {
      flatten_block(image, left, top, side);
    }
  }
}

// One box blur along a line of `count` pixels that lie `step` bytes apart; its ends are repeated.
void blur_line(const uint8_t* in, uint8_t* out, int64_t count, int64_t step, int64_t radius) {
  const auto at = [&](int64_t i) { return in[std::clamp<int64_t>(i, 0, count - 1) * step]; };
  const int64_t taps = 2 * radius + 1;
  int64_t sum = 0;
  for (int64_t i = -radius; i <= radius; ++i) sum += at(i);
  for (int64_t i = 0; i < count; ++i) {
    out[i * step] = static_cast<uint8_t>((sum + taps / 2) / taps);
    sum += at(i + radius + 1) - at(i - radius);
  }
}

void blur(Image& image) {
  const double shorter = static_cast<double>(std::min(image.width, image.height));
  const int64_t radius = std::max<int64_t>(1, std::llround(kBlurShare * shorter));
  auto other = image.pixels;
  for (int round = 0; round < kNumBlurs; ++round) {
    for (int64_t y = 0; y < image.height; ++y) {
      for (size_t channel = 0; channel < 3; ++channel) {
        const size_t start = offset(image, 0, y) + channel;
        blur_line(&image.pixels[start], &other[start], image.width, 3, radius);
      }
    }
    for (int64_t x = 0; x < 3 * image.width; ++x) {
      blur_line(&other[static_cast<size_t>(x)], &image.pixels[static_cast<size_t>(x)], image.height,
                3 * image.width, radius);
    }
  }
}

}  // namespace

void apply(Style style, Image& image) {
  switch (style) {
    case Style::kNone:
      return;
    case Style::kGreyscale:
      return change_pixels(image, grey);
    case Style::kSepia:
      return change_pixels(image, sepia);
    case Style::kPixelated:
      return pixelate(image);
    case Style::kBlurred:
      return blur(image);
    case Style::kInverted:
      return change_pixels(image, inverted);
  }
}

}  // namespace unipic::scenes
