#include "eval/geneval/color.h"

#include <fmt/format.h>

#include <algorithm>

namespace unipic::eval {
namespace {

constexpr std::array<std::string_view, kNumColors> kColorNames = {
    "red", "orange", "yellow", "green", "blue", "purple", "pink", "brown", "black", "white"};

}  // namespace

std::string_view color_name(Color color) { return kColorNames[static_cast<size_t>(color)]; }

std::optional<Color> color_named(std::string_view name) {
  const auto found = std::ranges::find(kColorNames, name);
  if (found == kColorNames.end()) return std::nullopt;
  return static_cast<Color>(found - kColorNames.begin());
}

std::array<std::string, 3> color_captions(Color color, std::string_view class_name) {
  const auto name = color_name(color);
  return {fmt::format("a photo of a {} {}", name, class_name),
          fmt::format("a photo of a {}-colored {}", name, class_name),
          fmt::format("a photo of a {} object", name)};
}

}  // namespace unipic::eval
