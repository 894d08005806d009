#pragma once

#include <cstdint>
#include <span>

#include "data/scenes/colour.h"
#include "unipic/image.h"

namespace unipic::scenes {

enum class BackgroundKind : uint8_t {
  kPlain,
  kGradient,
  kSky,
  kGrass,
  kSand,
  kNight,
  kRoom,
};
inline constexpr size_t kNumBackgroundKinds = 7;

struct Background {
  BackgroundKind kind = BackgroundKind::kPlain;
  Colour colour = Colour::kWhite;   // of plain ones; the upper end of gradients; the wall of rooms
  Colour colour2 = Colour::kWhite;  // the lower end of gradients
  uint32_t variant = 0;             // of clouds, blades, grains and floors

  bool operator==(const Background&) const = default;
};

// Without its small details, at a place of the picture whose sides are 1.
Rgb colour_at(const Background& background, double x, double y);

// Fills `image`, whose pixels have their full size. Looks the same at every resolution.
void paint(const Background& background, Image& image);

}  // namespace unipic::scenes
