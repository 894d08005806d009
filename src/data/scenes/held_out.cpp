#include "data/scenes/held_out.h"

#include <fmt/format.h>

#include <utility>

namespace unipic::scenes {
namespace {

constexpr uint64_t kOneIn = 10;
// Below GenEval's own 0.5, so that rounding to pixels cannot make a relation that was not seen.
constexpr double kRelationThreshold = 0.45;

bool is_held_out(std::string_view text) {
  uint64_t hash = 0xCBF29CE484222325;
  for (const char c : text) hash = (hash ^ static_cast<uint8_t>(c)) * 0x100000001B3;
  hash = (hash ^ (hash >> 33)) * 0xFF51AFD7ED558CCD;
  hash = (hash ^ (hash >> 33)) * 0xC4CEB9FE1A85EC53;
  return (hash ^ (hash >> 33)) % kOneIn == 0;
}

std::string text_of(const ObjectClass& object_class, Colour colour) {
  return fmt::format("color/{}/{}", object_class.name, name_of(colour));
}

std::string text_of(const ObjectClass& object_class, int count) {
  return fmt::format("count/{}/{}", object_class.name, count);
}

std::string text_of(const ObjectClass& a, Relation relation, const ObjectClass& b) {
  if (relation == Relation::kRightOf || relation == Relation::kBelow) {
    return text_of(b, inverse(relation), a);
  }
  return fmt::format("relation/{}/{}/{}", a.name, name_of(relation), b.name);
}

void add_content(const Scene& scene, const Catalogue& catalogue, std::vector<std::string>& facts) {
  const auto add = [&](std::string text) {
    if (is_held_out(text)) facts.push_back(std::move(text));
  };
  for (const auto& group : groups_of(scene)) {
    const auto& object_class = catalogue.at(group.class_index);
    if (group.colour) add(text_of(object_class, *group.colour));
    const auto count = static_cast<int>(group.members.size());
    const int total = count_of(scene, group.class_index);
    if (count > 1) add(text_of(object_class, count));
    if (total > count) add(text_of(object_class, total));
  }
}

void add_relations(const Scene& scene, const Catalogue& catalogue,
                   std::vector<std::string>& facts) {
  std::vector<Box> boxes;
  for (const auto& object : scene.objects) boxes.push_back(box_of(object, catalogue));
  for (size_t a = 0; a < boxes.size(); ++a) {
    for (size_t b = 0; b < a; ++b) {
      const size_t class_a = scene.objects[a].class_index, class_b = scene.objects[b].class_index;
      if (class_a == class_b) continue;
      for (const auto relation : relations(boxes[a], boxes[b], kRelationThreshold)) {
        auto text = text_of(catalogue.at(class_a), relation, catalogue.at(class_b));
        if (is_held_out(text)) facts.push_back(std::move(text));
      }
    }
  }
}

}  // namespace

bool is_held_out(const ObjectClass& object_class, Colour colour) {
  return is_held_out(text_of(object_class, colour));
}

bool is_held_out(const ObjectClass& object_class, int count) {
  return is_held_out(text_of(object_class, count));
}

bool is_held_out(const ObjectClass& a, Relation relation, const ObjectClass& b) {
  return is_held_out(text_of(a, relation, b));
}

std::vector<std::string> held_out_facts(const Scene& scene, const Catalogue& catalogue) {
  std::vector<std::string> facts;
  add_content(scene, catalogue, facts);
  add_relations(scene, catalogue, facts);
  return facts;
}

bool has_held_out_content(const Scene& scene, const Catalogue& catalogue) {
  std::vector<std::string> facts;
  add_content(scene, catalogue, facts);
  return !facts.empty();
}

}  // namespace unipic::scenes
