#include "data/scenes/sprite.h"

#include <cmath>
#include <limits>

namespace unipic::scenes {
namespace {

constexpr int kSeenAlpha = 32;  // what is fainter is not looked at
constexpr int kSmallestSide = 6;

size_t pixel_at(const Sprite::Level& level, int x, int y) {
  const auto stride = static_cast<size_t>(level.width) + 2;
  return static_cast<size_t>(y + 1) * stride + static_cast<size_t>(x + 1);
}

Sprite::Level empty_level(int width, int height) {
  const auto num_pixels = (static_cast<size_t>(width) + 2) * (static_cast<size_t>(height) + 2);
  return {width, height, std::vector<uint8_t>(4 * num_pixels), std::vector<uint8_t>(num_pixels)};
}

// Averages of 2 x 2 pixels; what lies beyond an odd side is transparent.
Sprite::Level halved(const Sprite::Level& level) {
  auto half = empty_level((level.width + 1) / 2, (level.height + 1) / 2);
  for (int y = 0; y < half.height; ++y) {
    for (int x = 0; x < half.width; ++x) {
      for (size_t channel = 0; channel < 4; ++channel) {
        int sum = 2;
        for (const auto& [dx, dy] : {std::pair(0, 0), {1, 0}, {0, 1}, {1, 1}}) {
          sum += level.rgba[4 * pixel_at(level, 2 * x + dx, 2 * y + dy) + channel];
        }
        half.rgba[4 * pixel_at(half, x, y) + channel] = static_cast<uint8_t>(sum / 4);
      }
    }
  }
  return half;
}

// Of every pixel, undoing the premultiplication.
std::vector<uint8_t> lumas_of(const Sprite::Level& level) {
  std::vector<uint8_t> lumas(level.tones.size());
  for (size_t i = 0; i < lumas.size(); ++i) {
    const uint8_t* pixel = &level.rgba[4 * i];
    if (pixel[3] == 0) continue;
    Rgb plain;
    for (size_t channel = 0; channel < 3; ++channel) {
      plain[channel] = static_cast<uint8_t>(std::min(255, pixel[channel] * 255 / pixel[3]));
    }
    lumas[i] = luma(plain);
  }
  return lumas;
}

// The value below which `share` of the histogram lies.
int percentile(const std::array<int, 256>& histogram, double share) {
  int total = 0;
  for (const int count : histogram) total += count;
  int seen = 0;
  for (int value = 0; value < 256; ++value) {
    seen += histogram[static_cast<size_t>(value)];
    if (seen > share * total) return value;
  }
  return 255;
}

double cross(double ax, double ay, double bx, double by) { return ax * by - ay * bx; }

}  // namespace

Sprite::Sprite(const io::RgbaImage& atlas, int left, int top, int width, int height) {
  auto first = empty_level(width, height);
  std::array<int64_t, 4> sums{};
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const uint8_t* in =
          &atlas.pixels[static_cast<size_t>(4 * ((top + y) * atlas.width + left + x))];
      uint8_t* out = &first.rgba[4 * pixel_at(first, x, y)];
      for (size_t channel = 0; channel < 3; ++channel) {
        out[channel] = static_cast<uint8_t>((in[channel] * in[3] + 127) / 255);
        sums[channel] += out[channel];
      }
      out[3] = in[3];
      sums[3] += in[3];
    }
  }
  for (size_t channel = 0; channel < 3; ++channel) {
    mean_[channel] = static_cast<uint8_t>(255 * sums[channel] / std::max<int64_t>(sums[3], 1));
  }
  levels_.push_back(std::move(first));
  while (std::min(levels_.back().width, levels_.back().height) > kSmallestSide) {
    levels_.push_back(halved(levels_.back()));
  }
  find_tones(lumas_of(levels_.front()));
  find_outline();
}

// The median luma becomes the middle of a ramp, so that most of a recoloured thing has the asked
// colour; what is far darker or lighter becomes its ends. Little contrast stays little.
void Sprite::find_tones(const std::vector<uint8_t>& lumas) {
  std::array<int, 256> histogram{};
  for (size_t i = 0; i < lumas.size(); ++i) {
    if (levels_.front().rgba[4 * i + 3] >= 128) ++histogram[lumas[i]];
  }
  constexpr int kLeastSpread = 56;
  const int middle = percentile(histogram, 0.5);
  const int below = std::max(middle - percentile(histogram, 0.03), kLeastSpread);
  const int above = std::max(percentile(histogram, 0.97) - middle, kLeastSpread);
  for (auto& level : levels_) {
    const auto level_lumas = lumas_of(level);
    for (size_t i = 0; i < level_lumas.size(); ++i) {
      const int offset = level_lumas[i] - middle;
      const int tone = 128 + 127 * offset / (offset < 0 ? below : above);
      level.tones[i] = static_cast<uint8_t>(std::clamp(tone, 0, 255));
    }
  }
}

// Andrew's monotone chain over the corners of all pixels that are seen.
void Sprite::find_outline() {
  const auto& level = levels_.front();
  std::vector<Point> corners;
  const double side = std::max(level.width, level.height);
  const auto add = [&](int x, int y) {
    corners.push_back({(x - level.width / 2.0) / side, (y - level.height / 2.0) / side});
  };
  // Column by column, of which the highest and the lowest pixels are enough.
  for (int x = 0; x < level.width; ++x) {
    int highest = level.height, lowest = -1;
    for (int y = 0; y < level.height; ++y) {
      if (level.rgba[4 * pixel_at(level, x, y) + 3] < kSeenAlpha) continue;
      highest = std::min(highest, y);
      lowest = y;
    }
    if (lowest < 0) continue;
    for (const int column : {x, x + 1}) {
      add(column, highest);
      add(column, lowest + 1);
    }
  }
  std::sort(corners.begin(), corners.end(), [](const Point& a, const Point& b) {
    return std::pair(a.x, a.y) < std::pair(b.x, b.y);
  });
  const auto add_chain = [this](auto begin, auto end) {
    const size_t base = outline_.size();
    for (auto it = begin; it != end; ++it) {
      while (outline_.size() >= base + 2) {
        const auto& a = outline_[outline_.size() - 2];
        const auto& b = outline_.back();
        if (cross(b.x - a.x, b.y - a.y, it->x - b.x, it->y - b.y) > 0) break;
        outline_.pop_back();
      }
      outline_.push_back(*it);
    }
    outline_.pop_back();  // the first of the other chain
  };
  add_chain(corners.begin(), corners.end());
  add_chain(corners.rbegin(), corners.rend());
}

Box Sprite::box(const Placement& placement) const {
  const double cosine = placement.size * std::cos(placement.rotation);
  const double sine = placement.size * std::sin(placement.rotation);
  constexpr double kFar = std::numeric_limits<double>::max();
  Box box{kFar, kFar, -kFar, -kFar};
  for (const auto& point : outline_) {
    const double along = placement.flipped ? -point.x : point.x;
    const double x = placement.x + cosine * along - sine * point.y;
    const double y = placement.y + sine * along + cosine * point.y;
    box = {std::min(box.left, x), std::min(box.top, y), std::max(box.right, x),
           std::max(box.bottom, y)};
  }
  return box;
}

}  // namespace unipic::scenes
