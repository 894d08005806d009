#include "eval/geneval/geometry.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace unipic::eval {
namespace {

constexpr std::array<std::string_view, 4> kRelationNames = {"above", "below", "left of",
                                                            "right of"};

float area(const Box& box) {
  return std::max(box.right - box.left + 1, 0.0f) * std::max(box.bottom - box.top + 1, 0.0f);
}

float shortened(float offset, float by) {
  return std::copysign(std::max(std::abs(offset) - by, 0.0f), offset);
}

}  // namespace

float intersection_over_union(const Box& a, const Box& b) {
  const float shared = area({std::max(a.left, b.left), std::max(a.top, b.top),
                             std::min(a.right, b.right), std::min(a.bottom, b.bottom)});
  const float joint = area(a) + area(b) - shared;
  return joint == 0 ? 0 : shared / joint;
}

std::string_view relation_name(Relation relation) {
  return kRelationNames[static_cast<size_t>(relation)];
}

std::optional<Relation> relation_named(std::string_view name) {
  const auto found = std::ranges::find(kRelationNames, name);
  if (found == kRelationNames.end()) return std::nullopt;
  return static_cast<Relation>(found - kRelationNames.begin());
}

std::vector<Relation> relations(const Box& a, const Box& b, float tolerance) {
  constexpr float kNoOffset = 1e-3f;
  constexpr float kShare = 0.5f;
  const float offset_x = (a.left + a.right) / 2 - (b.left + b.right) / 2;
  const float offset_y = (a.top + a.bottom) / 2 - (b.top + b.bottom) / 2;
  const float widths = std::abs(a.right - a.left) + std::abs(b.right - b.left);
  const float heights = std::abs(a.bottom - a.top) + std::abs(b.bottom - b.top);
  const float left_x = shortened(offset_x, tolerance * widths);
  const float left_y = shortened(offset_y, tolerance * heights);
  if (std::abs(left_x) < kNoOffset && std::abs(left_y) < kNoOffset) return {};

  // The protocol divides what is left by the length before it was shortened.
  const float length = std::sqrt(offset_x * offset_x + offset_y * offset_y);
  const float x = left_x / length;
  const float y = left_y / length;
  std::vector<Relation> found;
  if (y < -kShare) found.push_back(Relation::kAbove);
  if (y > kShare) found.push_back(Relation::kBelow);
  if (x < -kShare) found.push_back(Relation::kLeftOf);
  if (x > kShare) found.push_back(Relation::kRightOf);
  return found;
}

}  // namespace unipic::eval
