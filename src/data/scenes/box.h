#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/box.h"

namespace unipic::scenes {

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
