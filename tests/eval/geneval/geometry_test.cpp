#include "eval/geneval/geometry.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "base/philox.h"

namespace unipic::eval {
namespace {

using enum Relation;

// Boxes of whole pixels, some of which overlap.
std::vector<Box> random_boxes(size_t count) {
  std::vector<Box> boxes;
  for (uint32_t i = 0; i < count; ++i) {
    const auto bits = philox(7, {i, 0, 0, 0});
    const auto left = static_cast<float>(bits[0] % 400);
    const auto top = static_cast<float>(bits[1] % 400);
    boxes.push_back({left, top, left + static_cast<float>(bits[2] % 112),
                     top + static_cast<float>(bits[3] % 112)});
  }
  return boxes;
}

Relation opposite(Relation relation) {
  switch (relation) {
    case kAbove:
      return kBelow;
    case kBelow:
      return kAbove;
    case kLeftOf:
      return kRightOf;
    case kRightOf:
      return kLeftOf;
  }
  return relation;
}

TEST(IntersectionOverUnion, CountsBothBorderPixels) {
  EXPECT_EQ(intersection_over_union({0, 0, 9, 9}, {0, 0, 9, 19}), 0.5f);
  EXPECT_EQ(intersection_over_union({0, 0, 9, 9}, {9, 9, 18, 18}), 1.0f / 199);
  EXPECT_EQ(intersection_over_union({0, 0, 9, 9}, {10, 0, 19, 9}), 0);
}

TEST(IntersectionOverUnion, IsSymmetricAndOneForABoxWithItself) {
  const auto boxes = random_boxes(60);
  for (const auto& a : boxes) {
    EXPECT_EQ(intersection_over_union(a, a), 1);
    for (const auto& b : boxes) {
      const float overlap = intersection_over_union(a, b);
      EXPECT_EQ(overlap, intersection_over_union(b, a));
      EXPECT_GE(overlap, 0);
      EXPECT_LE(overlap, 1);
    }
  }
}

TEST(IntersectionOverUnion, OfBoxesWithoutAreaIsZero) {
  const Box inverted{10, 10, 0, 0};
  EXPECT_EQ(intersection_over_union(inverted, inverted), 0);
}

TEST(Relations, SeenFromTheOtherBoxAreTheOpposite) {
  const auto boxes = random_boxes(60);
  for (const auto& a : boxes) {
    EXPECT_TRUE(relations(a, a, 0.1f).empty());
    for (const auto& b : boxes) {
      auto expected = relations(a, b, 0.1f);
      std::ranges::transform(expected, expected.begin(), opposite);
      std::ranges::sort(expected);
      EXPECT_EQ(relations(b, a, 0.1f), expected);
    }
  }
}

TEST(Relations, OnADiagonalAreTwo) {
  const Box target{200, 200, 220, 220};
  EXPECT_EQ(relations({100, 100, 120, 120}, target, 0.1f), (std::vector{kAbove, kLeftOf}));
  EXPECT_EQ(relations({300, 300, 320, 320}, target, 0.1f), (std::vector{kBelow, kRightOf}));
}

TEST(Relations, NeedMoreThanHalfOfTheDistanceToBeLeft) {
  const Box target{100, 100, 200, 200};
  EXPECT_TRUE(relations({140, 100, 240, 200}, target, 0.1f).empty());
  EXPECT_EQ(relations({141, 100, 241, 200}, target, 0.1f), std::vector{kRightOf});
}

TEST(Relation, HasANameBothWays) {
  for (const auto relation : {kAbove, kBelow, kLeftOf, kRightOf}) {
    EXPECT_EQ(relation_named(relation_name(relation)), relation);
  }
  EXPECT_EQ(relation_named("inside"), std::nullopt);
}

}  // namespace
}  // namespace unipic::eval
