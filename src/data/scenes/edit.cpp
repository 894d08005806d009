#include "data/scenes/edit.h"

#include <algorithm>
#include <array>

#include "data/scenes/edit_makers.h"
#include "data/scenes/held_out.h"
#include "data/scenes/words.h"

namespace unipic::scenes {
namespace {

using Make = std::optional<Edit> (*)(const Scene&, const Catalogue&, RandomStream&);

struct Kind {
  std::string_view name;
  Make make;
  double weight;
};

constexpr std::array<Kind, kNumEditKinds> kKinds = {{
    {"add", make_add, 1.2},
    {"remove", make_remove, 1.2},
    {"replace", make_replace, 1},
    {"recolor", make_recolour, 1.2},
    {"move", make_move, 1},
    {"swap", make_swap, 0.7},
    {"count", make_count, 0.8},
    {"background", make_background, 0.8},
    {"style", make_style, 0.6},
}};

bool suits(const Edit& edit, Split split, const Catalogue& catalogue) {
  switch (split) {
    case Split::kTrain:
      return held_out_facts(edit.after, catalogue).empty();
    case Split::kHeldOut:
      return !held_out_facts(edit.after, catalogue).empty();
    case Split::kAny:
      break;
  }
  return true;
}

const SceneObject* find(const Scene& scene, int id) {
  for (const auto& object : scene.objects) {
    if (object.id == id) return &object;
  }
  return nullptr;
}

}  // namespace

std::string_view name_of(EditKind kind) { return kKinds[static_cast<size_t>(kind)].name; }

SceneChange difference(const Scene& before, const Scene& after) {
  SceneChange change;
  for (const auto& object : before.objects) {
    const auto* other = find(after, object.id);
    if (other == nullptr) {
      change.removed.push_back(object.id);
    } else if (*other == object) {
      change.kept.push_back(object.id);
    } else {
      change.changed.push_back({.id = object.id,
                                .class_changed = other->class_index != object.class_index,
                                .colour_changed = other->colour != object.colour,
                                .moved = other->placement != object.placement});
    }
  }
  for (const auto& object : after.objects) {
    if (find(before, object.id) == nullptr) change.added.push_back(object.id);
  }
  change.background = before.background != after.background;
  change.style = before.style != after.style;
  return change;
}

std::optional<std::string> reference_to(const Scene& scene, size_t index,
                                        const Catalogue& catalogue, RandomStream& random) {
  const auto group = lone_group(scene, index);
  if (!group) return std::nullopt;
  const bool class_is_enough = count_of(scene, group->class_index) == 1;
  const bool only_class = class_is_enough && random.chance(0.5);
  return definite(catalogue.at(group->class_index), only_class ? std::nullopt : group->colour);
}

std::vector<size_t> referable(const Scene& scene, RandomStream& random) {
  std::vector<size_t> indices;
  for (size_t i = 0; i < scene.objects.size(); ++i) {
    if (lone_group(scene, i)) indices.push_back(i);
  }
  random.shuffle(indices);
  return indices;
}

Edit sample_edit(const SceneOptions& options, std::optional<EditKind> kind,
                 const Catalogue& catalogue, RandomStream& random) {
  std::array<double, kNumEditKinds> weights;
  for (size_t i = 0; i < kNumEditKinds; ++i) weights[i] = kKinds[i].weight;
  auto before_options = options;
  if (options.split == Split::kHeldOut) before_options.split = Split::kAny;
  const auto chosen = kind.value_or(static_cast<EditKind>(random.weighted(weights)));
  while (true) {
    const auto before = sample_scene(before_options, catalogue, random);
    auto edit = kKinds[static_cast<size_t>(chosen)].make(before, catalogue, random);
    if (!edit || !suits(*edit, options.split, catalogue)) continue;
    edit->kind = chosen;
    edit->instruction = capitalized(std::move(edit->instruction));
    if (random.chance(0.5)) edit->instruction += '.';
    return *std::move(edit);
  }
}

}  // namespace unipic::scenes
