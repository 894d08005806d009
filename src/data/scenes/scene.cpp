#include "data/scenes/scene.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace unipic::scenes {

const Sprite& sprite_of(const SceneObject& object, const Catalogue& catalogue) {
  return catalogue.at(object.class_index).sprites[object.sprite];
}

Box box_of(const SceneObject& object, const Catalogue& catalogue) {
  return sprite_of(object, catalogue).box(object.placement);
}

std::vector<Group> groups_of(const Scene& scene) {
  std::vector<Group> groups;
  for (size_t i = 0; i < scene.objects.size(); ++i) {
    const auto& object = scene.objects[i];
    auto group = std::find_if(groups.begin(), groups.end(), [&](const Group& other) {
      return other.class_index == object.class_index && other.colour == object.colour;
    });
    if (group == groups.end()) {
      groups.push_back({object.class_index, object.colour, {}});
      group = groups.end() - 1;
    }
    group->members.push_back(i);
  }
  return groups;
}

std::optional<Group> lone_group(const Scene& scene, size_t index) {
  for (auto& group : groups_of(scene)) {
    if (group.members.size() == 1 && group.members[0] == index) return group;
  }
  return std::nullopt;
}

int count_of(const Scene& scene, size_t class_index) {
  return static_cast<int>(
      std::count_if(scene.objects.begin(), scene.objects.end(),
                    [&](const SceneObject& object) { return object.class_index == class_index; }));
}

const SceneObject& object_with_id(const Scene& scene, int id) {
  const auto found = std::find_if(scene.objects.begin(), scene.objects.end(),
                                  [&](const SceneObject& object) { return object.id == id; });
  assert(found != scene.objects.end());
  return *found;
}

int next_id(const Scene& scene) {
  int id = 0;
  for (const auto& object : scene.objects) id = std::max(id, object.id + 1);
  return id;
}

}  // namespace unipic::scenes
