#include "data/scenes/background.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/philox.h"

namespace unipic::scenes {
namespace {

constexpr double kHorizon = 0.4;  // of grass
constexpr double kFloor = 0.68;   // of rooms
constexpr double kGround = 0.86;  // of nights
constexpr int kGrains = 64;       // a side: small details, the same at every resolution

// A wall or end of a gradient: the colour, softened so that things stand out.
Rgb soft(Colour colour) { return mix(rgb_of(colour), {255, 255, 255}, 0.2); }

Rgb floor_of(uint32_t variant) {
  constexpr std::array<Rgb, 3> kFloors = {{{176, 136, 96}, {150, 150, 155}, {196, 168, 130}}};
  return kFloors[variant % kFloors.size()];
}

Rgb grass_at(double y) {
  if (y < kHorizon) return mix({150, 205, 250}, {214, 236, 252}, y / kHorizon);
  return mix({120, 190, 84}, {74, 148, 52}, (y - kHorizon) / (1 - kHorizon));
}

Rgb room_at(const Background& background, double y) {
  if (y < kFloor) return soft(background.colour);
  if (y < kFloor + 0.025) return {236, 232, 226};
  return floor_of(background.variant);
}

// From -1 to 1, for one of the kGrains x kGrains parts of a picture.
double grain(uint32_t variant, int x, int y) {
  uint32_t bits =
      variant ^ (static_cast<uint32_t>(x) * 0x9E3779B1U) ^ (static_cast<uint32_t>(y) * 0x85EBCA77U);
  bits = (bits ^ (bits >> 15)) * 0x2C1B3C6DU;
  bits = (bits ^ (bits >> 12)) * 0x297A2D39U;
  bits ^= bits >> 15;
  return bits * 0x1p-31 - 1.0;
}

// How strongly a kind shows its grains.
double grain_strength(BackgroundKind kind, double y) {
  switch (kind) {
    case BackgroundKind::kGrass:
      return y < kHorizon ? 0 : 9;
    case BackgroundKind::kSand:
      return 7;
    default:
      return 0;
  }
}

struct Cloud {
  double x, y, width, height;
};

std::vector<Cloud> clouds_of(uint32_t variant) {
  std::vector<Cloud> clouds;
  for (uint32_t i = 0; i < 3 + variant % 3; ++i) {
    const auto bits = philox(variant, {i, 0, 0, 0});
    const double x = bits[0] * 0x1p-32, y = bits[1] * 0x1p-32,
                 width = 0.08 + 0.1 * bits[2] * 0x1p-32;
    clouds.push_back({x, y, width, 0.4 * width});
    clouds.push_back({x + 0.8 * width, y + 0.1 * width, 0.7 * width, 0.3 * width});
    clouds.push_back({x - 0.7 * width, y + 0.12 * width, 0.6 * width, 0.26 * width});
  }
  return clouds;
}

// How white a place is made by clouds, with soft edges.
double cloudiness(const std::vector<Cloud>& clouds, double x, double y) {
  double most = 0;
  for (const auto& cloud : clouds) {
    const double dx = (x - cloud.x) / cloud.width, dy = (y - cloud.y) / cloud.height;
    most = std::max(most, std::min(1.0, 2.5 * (1 - dx * dx - dy * dy)));
  }
  return 0.55 * most;
}

uint8_t shifted(uint8_t value, double by) {
  return static_cast<uint8_t>(std::clamp(value + by + 0.5, 0.0, 255.0));
}

}  // namespace

Rgb colour_at(const Background& background, double x, double y) {
  switch (background.kind) {
    case BackgroundKind::kPlain:
      return rgb_of(background.colour);
    case BackgroundKind::kGradient: {
      const double across = background.variant % 2 == 0 ? y : (x + y) / 2;
      return mix(soft(background.colour), soft(background.colour2), across);
    }
    case BackgroundKind::kSky:
      return mix({84, 160, 236}, {188, 224, 250}, y);
    case BackgroundKind::kGrass:
      return grass_at(y);
    case BackgroundKind::kSand:
      return mix({240, 218, 168}, {222, 192, 136}, y);
    case BackgroundKind::kNight:
      return y < kGround ? mix({10, 14, 44}, {38, 44, 92}, y) : Rgb{14, 22, 26};
    case BackgroundKind::kRoom:
      break;
  }
  return room_at(background, y);
}

void paint(const Background& background, Image& image) {
  const auto kind = background.kind;
  const auto clouds =
      kind == BackgroundKind::kSky ? clouds_of(background.variant) : std::vector<Cloud>();
  // Only these change from left to right.
  const bool flat = kind != BackgroundKind::kGradient && kind != BackgroundKind::kSky;
  uint8_t* out = image.pixels.data();
  for (int64_t row = 0; row < image.height; ++row) {
    const double y = (static_cast<double>(row) + 0.5) / static_cast<double>(image.height);
    const double strength = grain_strength(kind, y);
    Rgb rgb = colour_at(background, 0, y);
    for (int64_t column = 0; column < image.width; ++column, out += 3) {
      const double x = (static_cast<double>(column) + 0.5) / static_cast<double>(image.width);
      if (!flat) rgb = colour_at(background, x, y);
      if (!clouds.empty()) rgb = mix(rgb, {255, 255, 255}, cloudiness(clouds, x, y));
      const double by = strength == 0
                            ? 0
                            : strength * grain(background.variant, static_cast<int>(x * kGrains),
                                               static_cast<int>(y * kGrains));
      for (size_t channel = 0; channel < 3; ++channel) out[channel] = shifted(rgb[channel], by);
    }
  }
}

}  // namespace unipic::scenes
