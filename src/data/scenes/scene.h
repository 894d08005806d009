#pragma once

#include <optional>
#include <vector>

#include "data/scenes/background.h"
#include "data/scenes/catalogue.h"

namespace unipic::scenes {

// What the sampler puts into a scene at most.
inline constexpr size_t kMaxObjects = 5;

struct SceneObject {
  int id = 0;  // the same thing in both scenes of an edit; no two of a scene share one
  size_t class_index = 0;
  size_t sprite = 0;             // of its class
  std::optional<Colour> colour;  // none: its natural ones, which nothing states
  Placement placement;

  bool operator==(const SceneObject&) const = default;
};

// How the finished picture is changed.
enum class Style : uint8_t { kNone, kGreyscale, kSepia, kPixelated, kBlurred, kInverted };
inline constexpr size_t kNumStyles = 6;

// A picture before it is drawn. Its units: the shorter side is 1, from the top left corner. What it
// means depends on the catalogue it was made with.
struct Scene {
  double width = 1;
  double height = 1;
  Background background;
  std::vector<SceneObject> objects;
  Style style = Style::kNone;

  bool operator==(const Scene&) const = default;
};

// Objects of one class and one asked colour, or none.
struct Group {
  size_t class_index = 0;
  std::optional<Colour> colour;
  std::vector<size_t> members;  // indices of `Scene::objects`
};

const Sprite& sprite_of(const SceneObject& object, const Catalogue& catalogue);

// What is seen of the object, in the scene's units.
Box box_of(const SceneObject& object, const Catalogue& catalogue);

// In the order of their first members.
std::vector<Group> groups_of(const Scene& scene);

// The group of this object if it is alone in it, so that class and colour say which one is meant.
std::optional<Group> lone_group(const Scene& scene, size_t index);

// Objects of a class, whatever their colour.
int count_of(const Scene& scene, size_t class_index);

// The object with this id; it is there.
const SceneObject& object_with_id(const Scene& scene, int id);

// An id that no object of the scene has.
int next_id(const Scene& scene);

}  // namespace unipic::scenes
