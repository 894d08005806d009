#include "io/resample.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "base/check.h"

namespace unipic::io {
namespace {

constexpr int kPrecisionBits = 22;
constexpr int32_t kHalf = 1 << (kPrecisionBits - 1);

double bilinear(double x) { return std::max(0.0, 1.0 - std::abs(x)); }

// Keys' cubic convolution with a = -0.5.
double bicubic(double x) {
  constexpr double a = -0.5;
  x = std::abs(x);
  if (x < 1.0) return ((a + 2.0) * x - (a + 3.0)) * x * x + 1.0;
  if (x < 2.0) return (((x - 5.0) * x + 8.0) * x - 4.0) * a;
  return 0.0;
}

double sinc(double x) {
  if (x == 0.0) return 1.0;
  x *= std::numbers::pi;
  return std::sin(x) / x;
}

double lanczos(double x) { return x >= -3.0 && x < 3.0 ? sinc(x) * sinc(x / 3.0) : 0.0; }

struct Filter {
  double (*weight)(double);
  double support;
};

Filter filter_of(Resampling resampling) {
  switch (resampling) {
    case Resampling::kBilinear:
      return {bilinear, 1.0};
    case Resampling::kBicubic:
      return {bicubic, 2.0};
    case Resampling::kLanczos:
      break;
  }
  return {lanczos, 3.0};
}

// The inputs that one output is made of, and where their fixed-point weights begin.
struct Taps {
  int64_t first;
  int64_t count;
  size_t weights;
};

// All outputs of one axis.
struct Axis {
  std::vector<Taps> taps;
  std::vector<int32_t> weights;
  int64_t max_count = 0;
};

int32_t fixed_point(double weight) {
  const double scaled = weight * (1 << kPrecisionBits);
  return static_cast<int32_t>(weight < 0 ? scaled - 0.5 : scaled + 0.5);
}

// The order of operations is Pillow's, for the last bit of the weights.
Axis make_axis(int64_t in_size, int64_t out_size, const Filter& filter) {
  const double scale = static_cast<double>(in_size) / static_cast<double>(out_size);
  const double widening = std::max(scale, 1.0);
  const double support = filter.support * widening;
  const double inverse = 1.0 / widening;
  Axis axis;
  axis.taps.reserve(static_cast<size_t>(out_size));
  std::vector<double> weights;
  for (int64_t out = 0; out < out_size; ++out) {
    const double centre = (static_cast<double>(out) + 0.5) * scale;
    const auto first =
        std::max<int64_t>(static_cast<int64_t>(std::trunc(centre - support + 0.5)), 0);
    const auto last = std::min(static_cast<int64_t>(std::trunc(centre + support + 0.5)), in_size);
    weights.clear();
    double sum = 0;
    for (int64_t in = first; in < last; ++in) {
      weights.push_back(filter.weight((static_cast<double>(in) - centre + 0.5) * inverse));
      sum += weights.back();
    }
    axis.taps.push_back({first, last - first, axis.weights.size()});
    axis.max_count = std::max(axis.max_count, last - first);
    for (const double weight : weights) {
      axis.weights.push_back(fixed_point(sum != 0.0 ? weight / sum : weight));
    }
  }
  return axis;
}

uint8_t to_8_bits(int32_t sum) {
  return static_cast<uint8_t>(std::clamp(sum >> kPrecisionBits, 0, 255));
}

void filter_row(const uint8_t* in, const Axis& axis, uint8_t* out) {
  for (const auto& [first, count, weights] : axis.taps) {
    const uint8_t* pixel = in + 3 * first;
    const int32_t* weight = &axis.weights[weights];
    int32_t red = kHalf, green = kHalf, blue = kHalf;
    for (int64_t tap = 0; tap < count; ++tap, pixel += 3) {
      red += pixel[0] * weight[tap];
      green += pixel[1] * weight[tap];
      blue += pixel[2] * weight[tap];
    }
    *out++ = to_8_bits(red);
    *out++ = to_8_bits(green);
    *out++ = to_8_bits(blue);
  }
}

void add_weighted(const uint8_t* __restrict row, int32_t weight, std::span<int32_t> sums) {
  int32_t* __restrict sum = sums.data();
  for (size_t i = 0; i < sums.size(); ++i) sum[i] += row[i] * weight;
}

size_t offset(int64_t width, int64_t row) { return static_cast<size_t>(3 * width * row); }

Image resize_rows(const Image& image, int64_t width, const Filter& filter) {
  const Axis axis = make_axis(image.width, width, filter);
  Image out{.width = width, .height = image.height, .pixels = {}};
  out.pixels.resize(offset(width, image.height));
  for (int64_t row = 0; row < image.height; ++row) {
    filter_row(&image.pixels[offset(image.width, row)], axis, &out.pixels[offset(width, row)]);
  }
  return out;
}

// Both axes, with only as many rows between the passes as one output row is made of: they take
// turns in `window`.
Image resize_both(const Image& image, int64_t width, int64_t height, const Filter& filter,
                  const ImageLimits& limits) {
  const Axis vertical = make_axis(image.height, height, filter);
  const int64_t window_rows = vertical.max_count;
  check(window_rows <= limits.max_pixels / width,
        "resizing {}x{} to {}x{} needs {} rows of {} pixels at once, at most {} pixels are allowed",
        image.width, image.height, width, height, window_rows, width, limits.max_pixels);
  const bool same_width = width == image.width;
  const Axis horizontal = same_width ? Axis{} : make_axis(image.width, width, filter);
  std::vector<uint8_t> window(same_width ? 0 : offset(width, window_rows));
  std::vector<int32_t> sums(offset(width, 1));
  Image out{.width = width, .height = height, .pixels = {}};
  out.pixels.reserve(offset(width, height));
  int64_t filtered = 0;
  for (const auto& [first, count, weights] : vertical.taps) {
    for (; !same_width && filtered < first + count; ++filtered) {
      filter_row(&image.pixels[offset(image.width, filtered)], horizontal,
                 &window[offset(width, filtered % window_rows)]);
    }
    std::fill(sums.begin(), sums.end(), kHalf);
    for (int64_t tap = 0; tap < count; ++tap) {
      const int64_t row = first + tap;
      const uint8_t* from = same_width ? &image.pixels[offset(width, row)]
                                       : &window[offset(width, row % window_rows)];
      add_weighted(from, vertical.weights[weights + static_cast<size_t>(tap)], sums);
    }
    for (const int32_t sum : sums) out.pixels.push_back(to_8_bits(sum));
  }
  return out;
}

}  // namespace

Image resize(const Image& image, int64_t width, int64_t height, Resampling resampling,
             const ImageLimits& limits) {
  check_well_formed(image, limits.max_side);
  check_size(width, height, "resize", limits);
  const Filter filter = filter_of(resampling);
  if (height != image.height) return resize_both(image, width, height, filter, limits);
  return width == image.width ? image : resize_rows(image, width, filter);
}

Image crop(const Image& image, int64_t left, int64_t top, int64_t width, int64_t height) {
  const bool inside = left >= 0 && top >= 0 && width > 0 && height > 0 && width <= image.width &&
                      height <= image.height && left <= image.width - width &&
                      top <= image.height - height;
  check(inside, "a crop of {}x{} at ({}, {}) does not lie inside an image of {}x{}", width, height,
        left, top, image.width, image.height);
  Image out{.width = width, .height = height, .pixels = {}};
  out.pixels.reserve(offset(width, height));
  for (int64_t row = top; row < top + height; ++row) {
    const uint8_t* from = &image.pixels[offset(image.width, row)] + 3 * left;
    out.pixels.insert(out.pixels.end(), from, from + 3 * width);
  }
  return out;
}

Image centre_crop(const Image& image, int64_t aspect_width, int64_t aspect_height) {
  constexpr int64_t kMaxAspect = 1'000'000;
  check(aspect_width > 0 && aspect_height > 0 && aspect_width <= kMaxAspect &&
            aspect_height <= kMaxAspect,
        "{}:{} is not an aspect ratio", aspect_width, aspect_height);
  int64_t width = image.width;
  int64_t height = image.height;
  if (width * aspect_height > height * aspect_width) {
    width = std::max<int64_t>(1, height * aspect_width / aspect_height);
  } else {
    height = std::max<int64_t>(1, width * aspect_height / aspect_width);
  }
  return crop(image, (image.width - width) / 2, (image.height - height) / 2, width, height);
}

Image pad_to_square(const Image& image, uint8_t grey, const ImageLimits& limits) {
  return pad_to_square(image, std::max(image.width, image.height), grey, limits);
}

Image pad_to_square(const Image& image, int64_t side, uint8_t grey, const ImageLimits& limits) {
  check_well_formed(image, limits.max_side);
  check(side >= std::max(image.width, image.height), "a picture of {}x{} does not fit into {}x{}",
        image.width, image.height, side, side);
  check_size(side, side, "pad to a square", limits);
  Image out{.width = side, .height = side, .pixels = {}};
  out.pixels.assign(offset(side, side), grey);
  const int64_t left = (side - image.width) / 2;
  const int64_t top = (side - image.height) / 2;
  for (int64_t row = 0; row < image.height; ++row) {
    std::copy_n(&image.pixels[offset(image.width, row)], 3 * image.width,
                &out.pixels[offset(side, top + row)] + 3 * left);
  }
  return out;
}

}  // namespace unipic::io
