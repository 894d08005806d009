#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace unipic::eval {

// Corners in pixels, y pointing down. Single precision throughout, as detectors give it: the
// protocol's comparisons are made in it.
struct Box {
  float left = 0;
  float top = 0;
  float right = 0;
  float bottom = 0;

  bool operator==(const Box&) const = default;
};

// Shared over joint area, counting both border pixels of a side; 0 for boxes without area.
float intersection_over_union(const Box& a, const Box& b);

enum class Relation { kAbove, kBelow, kLeftOf, kRightOf };

// "above", "below", "left of", "right of".
std::string_view relation_name(Relation relation);
std::optional<Relation> relation_named(std::string_view name);

// Where `a` lies as seen from `b`: none, one or two relations, in the enumerators' order. Between
// centres, each axis' distance first loses `tolerance` times both boxes' extent along it; what is
// left must exceed half of the whole distance.
std::vector<Relation> relations(const Box& a, const Box& b, float tolerance);

}  // namespace unipic::eval
