#include "data/scenes/box.h"

#include <array>
#include <cmath>

namespace unipic::scenes {
namespace {

constexpr std::array<std::string_view, kNumRelations> kNames = {"left of", "right of", "above",
                                                                "below"};
constexpr double kSizeShare = 0.1;
constexpr double kNoOffset = 1e-3;
// Of `clear_relation`: the named axis has at least the first share, the other at most the second.
constexpr double kClearShare = 0.7;
constexpr double kClearOther = 0.4;

struct Offset {
  double x = 0, y = 0;
};

double reduced(double offset, double by) {
  return std::copysign(std::max(std::abs(offset) - by, 0.0), offset);
}

// Shares of the reduced offset in the whole one; nothing if too little is left.
std::optional<Offset> shares(const Box& a, const Box& b) {
  const Offset whole{a.centre_x() - b.centre_x(), a.centre_y() - b.centre_y()};
  const Offset left{reduced(whole.x, kSizeShare * (a.width() + b.width())),
                    reduced(whole.y, kSizeShare * (a.height() + b.height()))};
  if (std::abs(left.x) < kNoOffset && std::abs(left.y) < kNoOffset) return std::nullopt;
  const double norm = std::hypot(whole.x, whole.y);
  return Offset{left.x / norm, left.y / norm};
}

}  // namespace

std::string_view name_of(Relation relation) { return kNames[static_cast<size_t>(relation)]; }

std::optional<Relation> relation_named(std::string_view name) {
  for (size_t i = 0; i < kNumRelations; ++i) {
    if (kNames[i] == name) return static_cast<Relation>(i);
  }
  return std::nullopt;
}

Relation inverse(Relation relation) {
  return static_cast<Relation>(static_cast<uint8_t>(relation) ^ 1U);
}

std::vector<Relation> relations(const Box& a, const Box& b, double threshold) {
  const auto share = shares(a, b);
  std::vector<Relation> found;
  if (!share) return found;
  if (share->x < -threshold) found.push_back(Relation::kLeftOf);
  if (share->x > threshold) found.push_back(Relation::kRightOf);
  if (share->y < -threshold) found.push_back(Relation::kAbove);
  if (share->y > threshold) found.push_back(Relation::kBelow);
  return found;
}

std::optional<Relation> clear_relation(const Box& a, const Box& b) {
  const auto share = shares(a, b);
  if (!share) return std::nullopt;
  const double x = std::abs(share->x), y = std::abs(share->y);
  if (x >= kClearShare && y <= kClearOther) {
    return share->x < 0 ? Relation::kLeftOf : Relation::kRightOf;
  }
  if (y >= kClearShare && x <= kClearOther) {
    return share->y < 0 ? Relation::kAbove : Relation::kBelow;
  }
  return std::nullopt;
}

}  // namespace unipic::scenes
