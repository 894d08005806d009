#include "data/scenes/labels.h"

#include <algorithm>

namespace unipic::scenes {
namespace {

constexpr double kLeastUnlike = 60;  // least mean distance of a sprite's pixels

// How far a sprite's pixels are from those of the same in a colour, on average.
double recolouring_of(const Sprite& sprite, const Ramp& ramp) {
  const auto& levels = sprite.levels();
  const auto& level = levels[std::min<size_t>(1, levels.size() - 1)];
  double sum = 0, cover = 0;
  for (size_t i = 0; i < level.tones.size(); ++i) {
    const double alpha = level.rgba[4 * i + 3];
    if (alpha < 128) continue;  // Too little of its colour is left.
    Rgb natural{};
    for (size_t channel = 0; channel < 3; ++channel) {
      natural[channel] =
          static_cast<uint8_t>(std::min(255.0, 255 * level.rgba[4 * i + channel] / alpha));
    }
    sum += alpha * distance(natural, ramp[level.tones[i]]);
    cover += alpha;
  }
  return sum / cover;
}

}  // namespace

std::vector<std::string> class_labels(const Catalogue& catalogue) {
  std::vector<std::string> labels;
  for (const auto& object_class : catalogue.classes()) labels.push_back(object_class.name);
  return labels;
}

std::vector<std::string> colour_labels() {
  std::vector<std::string> labels;
  for (size_t i = 0; i < kNumColours; ++i) labels.emplace_back(name_of(colour_at(i)));
  labels.emplace_back("natural");
  return labels;
}

std::vector<SeenObject> labels_of(const Scene& scene, const Picture& picture) {
  std::vector<SeenObject> labels;
  for (size_t i = 0; i < scene.objects.size(); ++i) {
    const auto& object = scene.objects[i];
    SeenObject label;
    label.class_index = static_cast<int64_t>(object.class_index);
    label.colour_index = object.colour ? static_cast<int64_t>(*object.colour) : kNaturalLabel;
    label.box = picture.boxes[i];
    labels.push_back(label);
  }
  return labels;
}

bool looks_natural(size_t class_index, Colour colour, const Catalogue& catalogue) {
  const auto& object_class = catalogue.at(class_index);
  if (!object_class.recolour) return false;
  const auto& sprites = object_class.sprites;
  return std::any_of(sprites.begin(), sprites.end(), [&](const Sprite& sprite) {
    return recolouring_of(sprite, catalogue.ramp(colour)) < kLeastUnlike;
  });
}

bool is_same_colour(size_t class_index, int64_t a, int64_t b, const Catalogue& catalogue) {
  if (a == b) return true;
  if (a != kNaturalLabel && b != kNaturalLabel) return false;
  const auto named = colour_at(static_cast<size_t>(a == kNaturalLabel ? b : a));
  return looks_natural(class_index, named, catalogue);
}

double Recognition::accuracy() const {
  const int64_t total = num_objects + num_false_alarms;
  return total == 0 ? 1 : static_cast<double>(num_right) / static_cast<double>(total);
}

Recognition& Recognition::operator+=(const Recognition& other) {
  num_objects += other.num_objects;
  num_boxes += other.num_boxes;
  num_classes += other.num_classes;
  num_right += other.num_right;
  num_false_alarms += other.num_false_alarms;
  return *this;
}

Recognition recognition(std::span<const SeenObject> seen, std::span<const SeenObject> there,
                        float threshold, const Catalogue& catalogue) {
  Recognition result;
  result.num_objects = static_cast<int64_t>(there.size());
  std::vector<const SeenObject*> left;
  for (const auto& object : seen) {
    if (object.score > threshold) left.push_back(&object);
  }
  for (const auto& object : there) {
    const auto found =
        std::max_element(left.begin(), left.end(), [&](const auto* a, const auto* b) {
          return overlap(a->box, object.box) < overlap(b->box, object.box);
        });
    if (found == left.end() || overlap((*found)->box, object.box) < kSamePlace) continue;
    const auto& match = **found;
    left.erase(found);
    const bool same_class = match.class_index == object.class_index;
    ++result.num_boxes;
    result.num_classes += same_class;
    result.num_right +=
        same_class && is_same_colour(static_cast<size_t>(object.class_index), match.colour_index,
                                     object.colour_index, catalogue);
  }
  result.num_false_alarms = static_cast<int64_t>(left.size());
  return result;
}

}  // namespace unipic::scenes
