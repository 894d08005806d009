#include "data/scenes/colour.h"

#include <algorithm>
#include <cmath>

namespace unipic::scenes {
namespace {

struct Paint {
  std::string_view name;
  Rgb dark, plain, light;
};

// Shades keep the hue, and stay far from the other colours: a dark yellow is not brown yet.
constexpr std::array<Paint, kNumColours> kPaints = {{
    {"red", {138, 10, 14}, {216, 28, 32}, {248, 96, 90}},
    {"orange", {196, 88, 4}, {250, 130, 16}, {255, 178, 96}},
    {"yellow", {204, 164, 8}, {252, 220, 28}, {255, 240, 140}},
    {"green", {16, 92, 34}, {40, 158, 60}, {120, 208, 124}},
    {"blue", {16, 44, 128}, {32, 88, 214}, {104, 156, 246}},
    {"purple", {74, 20, 108}, {134, 46, 178}, {184, 116, 222}},
    {"pink", {214, 76, 140}, {252, 132, 188}, {255, 190, 222}},
    {"brown", {70, 38, 14}, {122, 70, 30}, {164, 110, 62}},
    {"black", {4, 4, 6}, {26, 26, 28}, {76, 76, 80}},
    {"white", {196, 196, 198}, {242, 242, 242}, {255, 255, 255}},
    {"gray", {82, 82, 84}, {130, 130, 132}, {174, 174, 176}},
}};

const Paint& paint(Colour colour) { return kPaints[static_cast<size_t>(colour)]; }

}  // namespace

std::string_view name_of(Colour colour) { return paint(colour).name; }

std::optional<Colour> colour_named(std::string_view name) {
  for (size_t i = 0; i < kNumColours; ++i) {
    if (kPaints[i].name == name) return colour_at(i);
  }
  return std::nullopt;
}

Rgb rgb_of(Colour colour) { return paint(colour).plain; }

Ramp ramp_of(Colour colour) {
  const auto& [name, dark, plain, light] = paint(colour);
  Ramp ramp;
  for (size_t i = 0; i < ramp.size(); ++i) {
    ramp[i] = i < 128 ? mix(dark, plain, static_cast<double>(i) / 128.0)
                      : mix(plain, light, static_cast<double>(i - 128) / 127.0);
  }
  return ramp;
}

Colour nearest_colour(const Rgb& rgb) {
  size_t nearest = 0;
  for (size_t i = 1; i < kNumColours; ++i) {
    if (distance(rgb, kPaints[i].plain) < distance(rgb, kPaints[nearest].plain)) nearest = i;
  }
  return colour_at(nearest);
}

double distance(const Rgb& a, const Rgb& b) {
  double sum = 0;
  for (size_t channel = 0; channel < 3; ++channel) {
    const double difference = a[channel] - b[channel];
    sum += difference * difference;
  }
  return std::sqrt(sum);
}

uint8_t luma(const Rgb& rgb) {
  return static_cast<uint8_t>((54 * rgb[0] + 183 * rgb[1] + 19 * rgb[2] + 128) >> 8);
}

Rgb mix(const Rgb& a, const Rgb& b, double share) {
  Rgb mixed;
  for (size_t channel = 0; channel < 3; ++channel) {
    const double value = a[channel] + share * (b[channel] - a[channel]);
    mixed[channel] = static_cast<uint8_t>(std::clamp(value + 0.5, 0.0, 255.0));
  }
  return mixed;
}

}  // namespace unipic::scenes
