#include "eval/scenes/object_wishes.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace unipic::eval {
namespace {

using scenes::SeenObject;
using unipic::Box;

constexpr double kReplacedOverlap = 0.3;
constexpr double kLeastMove = 0.1;      // of the picture's shorter side
constexpr double kRegionMargin = 0.04;  // of a side: how far beyond its ninth a middle may lie

bool is_in(scenes::Region region, const Box& box, int64_t width, int64_t height) {
  const auto number = static_cast<int>(region);
  const auto is_in_third = [](double share, int third) {
    return share > third / 3.0 - kRegionMargin && share < (third + 1) / 3.0 + kRegionMargin;
  };
  return is_in_third(box.centre_x() / static_cast<double>(width), number % 3) &&
         is_in_third(box.centre_y() / static_cast<double>(height), number / 3);
}

// Makes the wishes of one edit.
class Wisher {
 public:
  Wisher(const scenes::Edit& edit, const scenes::Catalogue& catalogue, int64_t width,
         int64_t height)
      : edit_(edit), width_(width), height_(height), change_(difference(edit.before, edit.after)) {
    const auto draw = [&](const scenes::Scene& scene) {
      return labels_of(scene, render(scene, catalogue, width, height));
    };
    before_ = draw(edit.before);
    after_ = draw(edit.after);
    if (edit.kind == scenes::EditKind::kCount) note_counted_classes();
  }

  std::vector<ObjectWish> wishes() const {
    std::vector<ObjectWish> fixed, free;
    for (size_t i = 0; i < after_.size(); ++i) {
      auto wish = wish_for(i);
      const bool anywhere = wish.relation || is_free(i);
      (anywhere ? free : fixed).push_back(std::move(wish));
    }
    fixed.insert(fixed.end(), free.begin(), free.end());
    return fixed;
  }

 private:
  void note_counted_classes() {
    for (const int id : change_.added) counted_.insert(class_of(edit_.after, id));
    for (const int id : change_.removed) counted_.insert(class_of(edit_.before, id));
  }
  static size_t class_of(const scenes::Scene& scene, int id) {
    return object_with_id(scene, id).class_index;
  }
  bool is_added(int id) const {
    return std::find(change_.added.begin(), change_.added.end(), id) != change_.added.end();
  }
  bool is_free(size_t index) const {
    const auto& object = edit_.after.objects[index];
    return is_added(object.id) || counted_.contains(object.class_index) ||
           (edit_.goal && edit_.goal->id == object.id);
  }
  const scenes::SceneChange::Object* change_of(int id) const {
    for (const auto& object : change_.changed) {
      if (object.id == id) return &object;
    }
    return nullptr;
  }
  const Box& box_before(int id) const {
    const auto& objects = edit_.before.objects;
    const auto found = std::find_if(objects.begin(), objects.end(),
                                    [&](const auto& object) { return object.id == id; });
    return before_[static_cast<size_t>(found - objects.begin())].box;
  }

  ObjectWish wish_for(size_t index) const {
    const auto& object = edit_.after.objects[index];
    const auto* change = change_of(object.id);
    const bool is_new = is_added(object.id) || (change != nullptr && change->class_changed);
    ObjectWish wish{.id = object.id,
                    .label = after_[index],
                    .any_colour = is_new && !object.colour,
                    .fits = {}};
    if (is_free(index)) {
      ask_for_goal(object.id, wish);
      return wish;
    }
    const double least =
        change != nullptr && change->class_changed ? kReplacedOverlap : scenes::kSamePlace;
    wish.fits = [wanted = wish.label.box, least](const Box& box) {
      return overlap(box, wanted) >= least;
    };
    return wish;
  }

  void ask_for_goal(int id, ObjectWish& wish) const {
    wish.fits = [](const Box&) { return true; };
    if (!edit_.goal || edit_.goal->id != id) return;
    if (edit_.goal->relation) wish.relation = {{*edit_.goal->relation, edit_.goal->target_id}};
    const auto old = is_added(id) ? std::optional<Box>() : box_before(id);
    wish.fits = [region = edit_.goal->region, old, width = width_,
                 height = height_](const Box& box) {
      if (region && !is_in(*region, box, width, height)) return false;
      if (!old) return true;
      const double move = std::max(std::abs(box.centre_x() - old->centre_x()),
                                   std::abs(box.centre_y() - old->centre_y()));
      return move >= kLeastMove * static_cast<double>(std::min(width, height));
    };
  }

  const scenes::Edit& edit_;
  const int64_t width_, height_;
  const scenes::SceneChange change_;
  std::vector<SeenObject> before_, after_;
  std::set<size_t> counted_;  // classes
};

std::string name_of(const SeenObject& object, const scenes::Catalogue& catalogue) {
  const auto& name = catalogue.at(static_cast<size_t>(object.class_index)).name;
  if (object.colour_index == scenes::kNaturalLabel) return name;
  return fmt::format(
      "{} {}", scenes::name_of(scenes::colour_at(static_cast<size_t>(object.colour_index))), name);
}

bool has_relation(const Box& box, scenes::Relation wanted, const Box& target) {
  const auto all = scenes::relations(box, target);
  return std::find(all.begin(), all.end(), wanted) != all.end();
}

bool meets(const SeenObject& seen, const ObjectWish& wish, const std::map<int, Box>& found,
           const scenes::Catalogue& catalogue) {
  const auto& label = wish.label;
  if (seen.class_index != label.class_index || !wish.fits(seen.box)) return false;
  if (!wish.any_colour && !is_same_colour(static_cast<size_t>(label.class_index), seen.colour_index,
                                          label.colour_index, catalogue)) {
    return false;
  }
  if (!wish.relation) return true;
  const auto target = found.find(wish.relation->second);
  return target != found.end() && has_relation(seen.box, wish.relation->first, target->second);
}

}  // namespace

std::vector<ObjectWish> wishes_of(const scenes::Edit& edit, const scenes::Catalogue& catalogue,
                                  int64_t width, int64_t height) {
  return Wisher(edit, catalogue, width, height).wishes();
}

std::optional<std::string> unmet_wish(const std::vector<ObjectWish>& wishes,
                                      const std::vector<SeenObject>& seen,
                                      const scenes::Catalogue& catalogue) {
  std::vector<const SeenObject*> left;
  for (const auto& object : seen) left.push_back(&object);
  std::map<int, Box> found;
  for (const auto& wish : wishes) {
    auto best = left.end();
    for (auto one = left.begin(); one != left.end(); ++one) {
      if (!meets(**one, wish, found, catalogue)) continue;
      const auto nearness = [&](auto which) { return overlap((*which)->box, wish.label.box); };
      if (best == left.end() || nearness(one) > nearness(best)) best = one;
    }
    if (best == left.end()) {
      return fmt::format("no {} where one should be", name_of(wish.label, catalogue));
    }
    found[wish.id] = (*best)->box;
    left.erase(best);
  }
  if (left.empty()) return std::nullopt;
  return fmt::format("a {} that should not be there", name_of(*left.front(), catalogue));
}

}  // namespace unipic::eval
