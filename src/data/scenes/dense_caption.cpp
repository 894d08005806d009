#include "data/scenes/dense_caption.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "data/scenes/region.h"
#include "data/scenes/words.h"

namespace unipic::scenes {
namespace {

// The ninth in which the middle of the box lies, however near to the next one.
Region region_of(const Box& box, const Scene& scene) {
  const auto third = [](double share) {
    return std::clamp(static_cast<int>(std::floor(3 * share)), 0, 2);
  };
  return static_cast<Region>(3 * third(box.centre_y() / scene.height) +
                             third(box.centre_x() / scene.width));
}

// "large" and "small" for what is clearly so.
std::string_view size_word(const Box& box) {
  const double side = std::max(box.width(), box.height());
  if (side > 0.45) return "large ";
  return side < 0.25 ? "small " : "";
}

}  // namespace

std::string dense_caption(const Scene& scene, const Catalogue& catalogue, RandomStream& random) {
  std::vector<size_t> order(scene.objects.size());
  std::iota(order.begin(), order.end(), size_t{0});
  random.shuffle(order);
  std::vector<std::string> items;
  for (const size_t index : order) {
    const auto& object = scene.objects[index];
    const auto box = box_of(object, catalogue);
    const auto name = fmt::format("{}{}", size_word(box),
                                  singular(catalogue.at(object.class_index), object.colour));
    items.push_back(
        fmt::format("{} in the {}", with_article(name), name_of(region_of(box, scene))));
  }
  return fmt::format("{}, {}", enumerated(items), background_place(scene.background, random));
}

}  // namespace unipic::scenes
