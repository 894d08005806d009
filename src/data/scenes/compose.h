#pragma once

#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "base/random_stream.h"
#include "data/scenes/scene.h"

// From what a scene is to show to where it lies.

namespace unipic::scenes {

struct ObjectSpec {
  size_t class_index = 0;
  std::optional<Colour> colour;

  bool operator==(const ObjectSpec&) const = default;
};

// The object at `subject` is to be clearly `relation` the one at `target`, an earlier one.
struct RelationWish {
  size_t subject = 1;
  size_t target = 0;
  Relation relation = Relation::kLeftOf;
};

struct Content {
  std::vector<ObjectSpec> objects;
  std::vector<RelationWish> wishes;
};

enum class Layout : uint8_t {
  // Objects lie anywhere, in any size, a little turned, each as any of its class's sprites.
  kFree,
  // Upright on a grid, in few sizes, as their class's first sprite: easier to learn.
  kTidy,
  // Of one object: the same, large in the middle.
  kIcon,
  // The same, each object in the place that is its own among so many, on white wherever that shows
  // them: what a caption leaves open is always the same.
  kPlain,
};

// A scene of these sides with this content on a background from which everything stands out: whole
// objects, none touching another. Nothing if no place was found, which may happen for more than
// `kMaxObjects`, for an icon of more than one, or for wishes that contradict each other.
std::optional<Scene> compose(const Content& content, double width, double height,
                             const Catalogue& catalogue, RandomStream& random,
                             Layout layout = Layout::kFree);

// An object with a sprite, a turn and a size as scenes of `num_objects` have, still without a
// place.
SceneObject make_object(const ObjectSpec& spec, int id, size_t num_objects,
                        const Catalogue& catalogue, RandomStream& random);

// Whether `object` lies inside the scene and clear of all objects with another id.
bool fits(const SceneObject& object, const Scene& scene, const Catalogue& catalogue);

// Moves `object` to a random place of a free layout where it fits and that `accept` takes; false,
// and anywhere, if none was found.
bool find_place(
    SceneObject& object, const Scene& scene, const Catalogue& catalogue, RandomStream& random,
    const std::function<bool(const Box&)>& accept = [](const Box&) { return true; });

// Whether every object differs from what is behind it.
bool stands_out(const Background& background, const Scene& scene, const Catalogue& catalogue);
Background random_background(RandomStream& random);

}  // namespace unipic::scenes
