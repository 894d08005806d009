#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "data/scenes/box.h"

namespace unipic::scenes {

// The ninths of a picture, row by row.
enum class Region : uint8_t {
  kTopLeft,
  kTop,
  kTopRight,
  kLeft,
  kCentre,
  kRight,
  kBottomLeft,
  kBottom,
  kBottomRight,
};
inline constexpr size_t kNumRegions = 9;

// "top left", ..., "center", ...
std::string_view name_of(Region region);

// The ninth of a picture of these sides in which the box has its middle, unless that is too near to
// another one to be named.
std::optional<Region> clear_region(const Box& box, double width, double height);

}  // namespace unipic::scenes
