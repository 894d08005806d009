// Edits of which objects there are, and of their colours.

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "data/scenes/edit_makers.h"
#include "data/scenes/labels.h"
#include "data/scenes/words.h"

namespace unipic::scenes {
namespace {

constexpr double kVisibleRecolouring = 90;  // least distance from the colour that was there

using Forms = std::array<std::string_view, 4>;

std::string instruction(const Forms& forms, RandomStream& random, std::string_view a,
                        std::string_view b = {}) {
  return fmt::format(fmt::runtime(random.choose(forms)), a, b);
}

size_t absent_class(const Scene& scene, const Catalogue& catalogue, RandomStream& random) {
  size_t chosen = random_class(catalogue, random);
  while (!has_room_for(scene, chosen, catalogue)) chosen = random_class(catalogue, random);
  return chosen;
}

ObjectSpec absent_thing(const Scene& scene, const Catalogue& catalogue, RandomStream& random) {
  const size_t class_index = absent_class(scene, catalogue, random);
  const auto& object_class = catalogue.at(class_index);
  ObjectSpec spec{class_index, std::nullopt};
  if (object_class.is_shape() || (object_class.recolour && random.chance(0.4))) {
    spec.colour = colour_at(random.below(kNumColours));
  }
  return spec;
}

bool looks_right(const Scene& scene, const Catalogue& catalogue) {
  return stands_out(scene.background, scene, catalogue);
}

// Where the added object is to be: a relation to another one, or a ninth; half of the time nothing.
std::optional<PlaceGoal> random_goal(const Scene& scene, int id, RandomStream& random) {
  if (random.chance(0.5)) return std::nullopt;
  PlaceGoal goal{.id = id, .region = {}, .relation = {}, .target_id = 0};
  const auto targets = referable(scene, random);
  if (!targets.empty() && random.chance(0.6)) {
    goal.relation = static_cast<Relation>(random.below(kNumRelations));
    goal.target_id = scene.objects[targets[0]].id;
  } else {
    goal.region = static_cast<Region>(random.below(kNumRegions));
  }
  return goal;
}

bool meets(const Box& box, const std::optional<PlaceGoal>& goal, const Scene& scene,
           const Catalogue& catalogue) {
  if (!goal) return true;
  if (goal->region) return clear_region(box, scene.width, scene.height) == goal->region;
  const auto target = box_of(object_with_id(scene, goal->target_id), catalogue);
  return clear_relation(box, target) == goal->relation;
}

// " to the left of the dog", " in the top left of the picture".
std::string place_of(const PlaceGoal& goal, const Scene& scene, const Catalogue& catalogue,
                     RandomStream& random) {
  if (goal.region) return fmt::format(" in the {} of the picture", name_of(*goal.region));
  for (size_t i = 0; i < scene.objects.size(); ++i) {
    if (scene.objects[i].id != goal.target_id) continue;
    return fmt::format(" {} {}", preposition(*goal.relation),
                       reference_to(scene, i, catalogue, random).value_or(""));
  }
  return "";
}

// A class shown in one look only, as the indices of its objects.
std::optional<Group> countable_group(const Scene& scene, RandomStream& random) {
  auto groups = groups_of(scene);
  random.shuffle(groups);
  for (auto& group : groups) {
    if (count_of(scene, group.class_index) == static_cast<int>(group.members.size())) return group;
  }
  return std::nullopt;
}

std::string count_instruction(const ObjectClass& object_class, int before, int after,
                              std::optional<Colour> colour, RandomStream& random) {
  const auto all = counted(object_class, after, colour);
  const auto many = plural(object_class, colour);
  if (random.chance(0.5) && object_class.measure.empty()) {
    const int change = after - before;
    if (change > 0) {
      const auto what = change == 1 ? singular(object_class, colour) : many;
      return fmt::format("add {} more {}", number_word(change), what);
    }
    return fmt::format("remove {} of the {}", number_word(-change), many);
  }
  constexpr Forms kForms = {"change the number of {1} so that there {2} {0}",
                            "make it {0} instead of {3}", "there should be {0}",
                            "show exactly {0}"};
  return fmt::format(fmt::runtime(random.choose(kForms)), all, many, after == 1 ? "is" : "are",
                     number_word(before));
}

}  // namespace

std::optional<Edit> make_add(const Scene& before, const Catalogue& catalogue,
                             RandomStream& random) {
  if (before.objects.size() >= kMaxObjects) return std::nullopt;
  const auto spec = absent_thing(before, catalogue, random);
  auto added = make_object(spec, next_id(before), before.objects.size() + 1, catalogue, random);
  const auto goal = random_goal(before, added.id, random);
  const auto accept = [&](const Box& box) { return meets(box, goal, before, catalogue); };
  if (!find_place(added, before, catalogue, random, accept)) return std::nullopt;

  Edit edit{
      .kind = EditKind::kAdd, .instruction = {}, .before = before, .after = before, .goal = goal};
  edit.after.objects.push_back(added);
  if (!looks_right(edit.after, catalogue)) return std::nullopt;
  constexpr Forms kForms = {"add {}{}", "put {}{}", "draw {}{}", "insert {}{}"};
  constexpr Forms kUnplaced = {"add {}", "add {} to the picture", "put {} into the picture",
                               "draw {} in the free space"};
  const auto thing = counted(catalogue.at(spec.class_index), 1, spec.colour);
  edit.instruction =
      goal ? instruction(kForms, random, thing, place_of(*goal, before, catalogue, random))
           : instruction(kUnplaced, random, thing);
  return edit;
}

std::optional<Edit> make_remove(const Scene& before, const Catalogue& catalogue,
                                RandomStream& random) {
  auto groups = groups_of(before);
  if (groups.size() < 2) return std::nullopt;
  random.shuffle(groups);
  const auto& group = groups[0];
  const auto& object_class = catalogue.at(group.class_index);
  // The colour says which, if others of the class stay.
  const bool all_of_class =
      count_of(before, group.class_index) == static_cast<int>(group.members.size());
  const auto colour = all_of_class && random.chance(0.5) ? std::optional<Colour>() : group.colour;
  Edit edit{
      .kind = EditKind::kRemove, .instruction = {}, .before = before, .after = before, .goal = {}};
  std::erase_if(edit.after.objects, [&](const SceneObject& object) {
    return object.class_index == group.class_index && object.colour == group.colour;
  });
  constexpr Forms kForms = {"remove {}", "delete {}", "erase {}", "take away {}"};
  const auto what = group.members.size() == 1
                        ? definite(object_class, colour)
                        : fmt::format("{} {}", group.members.size() == 2 ? "both" : "all the",
                                      plural(object_class, colour));
  edit.instruction = instruction(kForms, random, what);
  return edit;
}

std::optional<Edit> make_replace(const Scene& before, const Catalogue& catalogue,
                                 RandomStream& random) {
  const auto candidates = referable(before, random);
  if (candidates.empty()) return std::nullopt;
  const size_t index = candidates[0];
  const auto& old = before.objects[index];
  const auto spec = absent_thing(before, catalogue, random);
  auto fresh = make_object(spec, old.id, before.objects.size(), catalogue, random);
  fresh.placement.x = old.placement.x;
  fresh.placement.y = old.placement.y;
  fresh.placement.size = old.placement.size;
  if (!fits(fresh, before, catalogue)) return std::nullopt;

  Edit edit{
      .kind = EditKind::kReplace, .instruction = {}, .before = before, .after = before, .goal = {}};
  edit.after.objects[index] = fresh;
  if (!looks_right(edit.after, catalogue)) return std::nullopt;
  constexpr Forms kForms = {"replace {} with {}", "turn {} into {}", "change {} into {}",
                            "instead of {}, show {}"};
  edit.instruction =
      instruction(kForms, random, reference_to(before, index, catalogue, random).value_or(""),
                  counted(catalogue.at(spec.class_index), 1, spec.colour));
  return edit;
}

std::optional<Edit> make_recolour(const Scene& before, const Catalogue& catalogue,
                                  RandomStream& random) {
  auto groups = groups_of(before);
  random.shuffle(groups);
  const auto& group = groups[0];
  const auto& object_class = catalogue.at(group.class_index);
  const auto colour = colour_at(random.below(kNumColours));
  if (!object_class.recolour || colour == group.colour) return std::nullopt;
  const bool all_of_class =
      count_of(before, group.class_index) == static_cast<int>(group.members.size());
  if (!all_of_class) return std::nullopt;
  Edit edit{.kind = EditKind::kRecolour,
            .instruction = {},
            .before = before,
            .after = before,
            .goal = {}};
  for (const size_t member : group.members) {
    auto& object = edit.after.objects[member];
    if (!object.colour && looks_natural(object.class_index, colour, catalogue)) return std::nullopt;
    const auto was = object.colour ? rgb_of(*object.colour) : sprite_of(object, catalogue).mean();
    if (distance(was, rgb_of(colour)) < kVisibleRecolouring) return std::nullopt;
    object.colour = colour;
  }
  if (!looks_right(edit.after, catalogue)) return std::nullopt;
  const bool several = group.members.size() > 1;
  const auto named = random.chance(0.5) ? group.colour : std::nullopt;
  const auto what = several ? fmt::format("{} {}", group.members.size() == 2 ? "both" : "all the",
                                          plural(object_class, named))
                            : definite(object_class, named);
  constexpr Forms kForms = {"make {} {}", "change the color of {} to {}", "paint {} {}",
                            "turn {} {}"};
  edit.instruction = instruction(kForms, random, what, name_of(colour));
  return edit;
}

std::optional<Edit> make_count(const Scene& before, const Catalogue& catalogue,
                               RandomStream& random) {
  const auto group = countable_group(before, random);
  if (!group) return std::nullopt;
  const auto count = static_cast<int>(group->members.size());
  const auto others = static_cast<int>(before.objects.size()) - count;
  const int wanted = random.between(1, static_cast<int>(kMaxObjects) - others);
  if (wanted == count) return std::nullopt;
  Edit edit{
      .kind = EditKind::kCount, .instruction = {}, .before = before, .after = before, .goal = {}};
  auto& objects = edit.after.objects;
  for (int i = count; i > wanted; --i) {
    objects.erase(objects.begin() +
                  static_cast<std::ptrdiff_t>(group->members[static_cast<size_t>(i - 1)]));
  }
  const ObjectSpec spec{group->class_index, group->colour};
  for (int i = count; i < wanted; ++i) {
    auto added = make_object(spec, next_id(edit.after), kMaxObjects, catalogue, random);
    if (!find_place(added, edit.after, catalogue, random)) return std::nullopt;
    objects.push_back(added);
  }
  if (!looks_right(edit.after, catalogue)) return std::nullopt;
  edit.instruction = count_instruction(catalogue.at(group->class_index), count, wanted,
                                       random.chance(0.5) ? group->colour : std::nullopt, random);
  return edit;
}

}  // namespace unipic::scenes
