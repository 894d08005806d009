#include "data/scenes/region.h"

#include <array>
#include <cmath>

namespace unipic::scenes {
namespace {

constexpr double kMargin = 0.04;  // of the side, to the next third

std::optional<int> clear_third(double share) {
  for (const double border : {1.0 / 3, 2.0 / 3}) {
    if (std::abs(share - border) < kMargin) return std::nullopt;
  }
  return static_cast<int>(3 * share);
}

}  // namespace

std::string_view name_of(Region region) {
  constexpr std::array<std::string_view, kNumRegions> kNames = {
      "top left", "top",         "top right", "left",        "center",
      "right",    "bottom left", "bottom",    "bottom right"};
  return kNames[static_cast<size_t>(region)];
}

std::optional<Region> clear_region(const Box& box, double width, double height) {
  const auto column = clear_third(box.centre_x() / width);
  const auto row = clear_third(box.centre_y() / height);
  if (!column || !row) return std::nullopt;
  return static_cast<Region>(3 * *row + *column);
}

}  // namespace unipic::scenes
