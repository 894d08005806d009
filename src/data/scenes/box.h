#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace unipic::scenes {

// A rectangle from (left, top) up to, not including, (right, bottom); y points down. In units of a
// scene or in pixels, as its holder says.
struct Box {
  double left = 0;
  double top = 0;
  double right = 0;
  double bottom = 0;

  double width() const { return right - left; }
  double height() const { return bottom - top; }
  double centre_x() const { return (left + right) / 2; }
  double centre_y() const { return (top + bottom) / 2; }
  double area() const { return width() * height(); }
  bool operator==(const Box&) const = default;
};

// Whether less than `gap` lies between the boxes on both axes.
inline bool touch(const Box& a, const Box& b, double gap) {
  return a.left < b.right + gap && b.left < a.right + gap && a.top < b.bottom + gap &&
         b.top < a.bottom + gap;
}

inline Box inflated(const Box& box, double by) {
  return {box.left - by, box.top - by, box.right + by, box.bottom + by};
}

enum class Relation : uint8_t { kLeftOf, kRightOf, kAbove, kBelow };
inline constexpr size_t kNumRelations = 4;

// As GenEval writes it: "left of", "right of", "above", "below".
std::string_view name_of(Relation relation);
std::optional<Relation> relation_named(std::string_view name);
// What B is to A if A is `relation` B.
Relation inverse(Relation relation);

// What `a` is to `b` by GenEval's rule: none, one, or two on a diagonal. The offset between the
// centres is made smaller by a tenth of both sizes on each axis; a relation is where the share of
// that in the whole offset exceeds `threshold`.
std::vector<Relation> relations(const Box& a, const Box& b, double threshold = 0.5);

// The one relation of `a` to `b` that nobody would doubt: far from the diagonal and from touching
// another relation's threshold.
std::optional<Relation> clear_relation(const Box& a, const Box& b);

}  // namespace unipic::scenes
