#include "data/scenes/render.h"

#include <array>
#include <cmath>
#include <cstddef>

#include "base/check.h"
#include "data/scenes/style.h"

namespace unipic::scenes {
namespace {

constexpr int64_t kMaxSide = 16384;
// Positions are 48.16 fixed-point numbers, so that they do not depend on how a compiler rounds.
constexpr int kPositionBits = 16;
// Every pixel averages 2 x 2 places, each a mean of 4 sprite pixels weighted with 8 bits an axis.
constexpr uint32_t kFullCover = 4U << 16;
// A pixel that is at least this much covered counts for the box.
constexpr uint32_t kSeenCover = 255 * (kFullCover / 8);

int64_t fixed(double value) { return std::llround(value * (1 << kPositionBits)); }

// Which place of a sprite's level lies under each pixel of the picture.
struct Mapping {
  int64_t x_by_column, y_by_column, x_by_row, y_by_row, x_origin, y_origin;
};

// Where things lie in the picture: scene units times `scale`, plus the offset.
struct Frame {
  double scale, left, top;
};

// The coarsest level with at least one pixel for each of the places that a pixel averages.
const Sprite::Level& level_for(const Sprite& sprite, double pixels) {
  const auto& levels = sprite.levels();
  double ratio = std::max(levels[0].width, levels[0].height) / std::max(pixels, 1e-3);
  size_t level = 0;
  while (ratio > 2.0 && level + 1 < levels.size()) {
    ratio /= 2;
    ++level;
  }
  return levels[level];
}

Mapping mapping_of(const Sprite& sprite, const Sprite::Level& level, const Placement& placement,
                   const Frame& frame) {
  const auto& full = sprite.levels()[0];
  const double size = placement.size * frame.scale;
  // By the first level's sides: an odd side makes a level a little wider than half.
  const double shrink =
      std::exp2(std::round(std::log2(static_cast<double>(full.width) / level.width)));
  const double ratio = std::max(full.width, full.height) / size / shrink;
  const double cosine = ratio * std::cos(placement.rotation);
  const double sine = ratio * std::sin(placement.rotation);
  const double mirror = placement.flipped ? -1 : 1;
  const double centre_x = frame.left + placement.x * frame.scale;
  const double centre_y = frame.top + placement.y * frame.scale;
  // Minus half, because a pixel's middle is where its colour is exact.
  const double x_origin =
      full.width / shrink / 2 - 0.5 - mirror * (cosine * centre_x + sine * centre_y);
  const double y_origin = full.height / shrink / 2 - 0.5 + sine * centre_x - cosine * centre_y;
  return {fixed(mirror * cosine), fixed(-sine),    fixed(mirror * sine),
          fixed(cosine),          fixed(x_origin), fixed(y_origin)};
}

// Draws one object and finds its box.
class Drawing {
 public:
  Drawing(const SceneObject& object, const Catalogue& catalogue, const Frame& frame)
      : sprite_(sprite_of(object, catalogue)),
        level_(level_for(sprite_, object.placement.size * frame.scale)),
        mapping_(mapping_of(sprite_, level_, object.placement, frame)) {
    const auto box = sprite_.box(object.placement);
    around_ = {frame.left + box.left * frame.scale, frame.top + box.top * frame.scale,
               frame.left + box.right * frame.scale, frame.top + box.bottom * frame.scale};
    if (object.colour) recolour(catalogue.ramp(*object.colour));
  }

  Box draw_on(Image& image) const {
    const auto first = [](double edge) { return std::max<int64_t>(0, std::llround(edge) - 3); };
    const auto last = [](double edge, int64_t side) {
      return std::min<int64_t>(side, std::llround(edge) + 3);
    };
    Box seen{static_cast<double>(image.width), static_cast<double>(image.height), 0, 0};
    for (int64_t y = first(around_.top); y < last(around_.bottom, image.height); ++y) {
      uint8_t* pixels = &image.pixels[static_cast<size_t>(3 * y * image.width)];
      for (int64_t x = first(around_.left); x < last(around_.right, image.width); ++x) {
        const auto sums = sums_at(x, y);
        if (sums[3] == 0) continue;
        blend(sums, pixels + 3 * x);
        if (sums[3] >= kSeenCover) add_pixel(x, y, seen);
      }
    }
    return seen;
  }

 private:
  using Sums = std::array<uint32_t, 4>;

  static void add_pixel(int64_t x, int64_t y, Box& box) {
    const auto left = static_cast<double>(x), top = static_cast<double>(y);
    box = {std::min(box.left, left), std::min(box.top, top), std::max(box.right, left + 1),
           std::max(box.bottom, top + 1)};
  }

  static void blend(const Sums& sums, uint8_t* pixel) {
    const uint32_t rest = 255 * kFullCover - sums[3];
    for (size_t channel = 0; channel < 3; ++channel) {
      const uint64_t under = uint64_t{pixel[channel]} * rest / 255;
      pixel[channel] = static_cast<uint8_t>((sums[channel] + under + kFullCover / 2) / kFullCover);
    }
  }

  void recolour(const Ramp& ramp) {
    recoloured_.resize(level_.rgba.size());
    for (size_t i = 0; i < level_.tones.size(); ++i) {
      const uint8_t alpha = level_.rgba[4 * i + 3];
      const auto& rgb = ramp[level_.tones[i]];
      for (size_t channel = 0; channel < 3; ++channel) {
        recoloured_[4 * i + channel] = static_cast<uint8_t>((rgb[channel] * alpha + 127) / 255);
      }
      recoloured_[4 * i + 3] = alpha;
    }
  }

  // Premultiplied, of all four places of a pixel; 255 * kFullCover is the most.
  Sums sums_at(int64_t column, int64_t row) const {
    Sums sums{};
    for (const int64_t down : {1, 3}) {
      for (const int64_t right : {1, 3}) {
        const int64_t across = 4 * column + right, along = 4 * row + down;  // in quarters
        add_place(
            ((across * mapping_.x_by_column + along * mapping_.x_by_row) >> 2) + mapping_.x_origin,
            ((across * mapping_.y_by_column + along * mapping_.y_by_row) >> 2) + mapping_.y_origin,
            sums);
      }
    }
    return sums;
  }

  void add_place(int64_t x, int64_t y, Sums& sums) const {
    const int64_t column = x >> kPositionBits, row = y >> kPositionBits;
    if (column < -1 || row < -1 || column >= level_.width || row >= level_.height) return;
    const auto right = static_cast<uint32_t>(x >> (kPositionBits - 8)) & 255;
    const auto down = static_cast<uint32_t>(y >> (kPositionBits - 8)) & 255;
    const size_t stride = 4 * (static_cast<size_t>(level_.width) + 2);
    const auto& rgba = recoloured_.empty() ? level_.rgba : recoloured_;
    const uint8_t* upper =
        &rgba[static_cast<size_t>(row + 1) * stride + static_cast<size_t>(4 * (column + 1))];
    const uint8_t* lower = upper + stride;
    for (size_t channel = 0; channel < 4; ++channel) {
      const uint32_t above = upper[channel] * (256 - right) + upper[channel + 4] * right;
      const uint32_t below = lower[channel] * (256 - right) + lower[channel + 4] * right;
      sums[channel] += above * (256 - down) + below * down;
    }
  }

  const Sprite& sprite_;
  const Sprite::Level& level_;
  Mapping mapping_;
  Box around_;
  std::vector<uint8_t> recoloured_;
};

}  // namespace

Picture render(const Scene& scene, const Catalogue& catalogue, int64_t width, int64_t height) {
  check(width > 0 && height > 0 && width <= kMaxSide && height <= kMaxSide,
        "a scene cannot be drawn with {}x{} pixels: sides are from 1 to {}", width, height,
        kMaxSide);
  Picture picture;
  picture.image = {.width = width, .height = height, .pixels = {}};
  picture.image.pixels.resize(static_cast<size_t>(3 * width * height));
  paint(scene.background, picture.image);
  const auto columns = static_cast<double>(width), rows = static_cast<double>(height);
  const double scale = std::min(columns / scene.width, rows / scene.height);
  const Frame frame{scale, (columns - scale * scene.width) / 2, (rows - scale * scene.height) / 2};
  for (const auto& object : scene.objects) {
    picture.boxes.push_back(Drawing(object, catalogue, frame).draw_on(picture.image));
  }
  apply(scene.style, picture.image);
  return picture;
}

}  // namespace unipic::scenes
