#include "data/scenes/box.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/random_stream.h"

namespace unipic::scenes {
namespace {

using Found = std::vector<Relation>;

Box box_at(double x, double y, double width = 10, double height = 10) {
  return {x - width / 2, y - height / 2, x + width / 2, y + height / 2};
}

TEST(Relations, AreNamedFromTheFirstBoxWithYDownwards) {
  const auto middle = box_at(50, 50);
  EXPECT_EQ(relations(box_at(20, 50), middle), Found{Relation::kLeftOf});
  EXPECT_EQ(relations(box_at(80, 50), middle), Found{Relation::kRightOf});
  EXPECT_EQ(relations(box_at(50, 20), middle), Found{Relation::kAbove});
  EXPECT_EQ(relations(box_at(50, 80), middle), Found{Relation::kBelow});
}

TEST(Relations, AreTwoOnADiagonal) {
  EXPECT_EQ(relations(box_at(20, 20), box_at(80, 80)),
            (Found{Relation::kLeftOf, Relation::kAbove}));
}

TEST(Relations, AreNoneForBoxesThatLieOnEachOther) {
  EXPECT_EQ(relations(box_at(50, 50), box_at(50, 50)), Found{});
  // 2 + 2 is what a tenth of both widths takes away.
  EXPECT_EQ(relations(box_at(50, 50, 20, 20), box_at(53.9, 50, 20, 20)), Found{});
}

// 0.1 * (10 + 10) of the offset 4 is gone, and 2 is exactly half of it: not more than half.
TEST(Relations, NeedMoreThanHalfOfTheWholeOffset) {
  EXPECT_EQ(relations(box_at(46, 50), box_at(50, 50)), Found{});
  EXPECT_EQ(relations(box_at(45.9, 50), box_at(50, 50)), Found{Relation::kLeftOf});
}

TEST(Relations, TurnAroundWithTheBoxes) {
  RandomStream random({.seed = 1, .epoch = 0, .index = 0});
  const auto any = [&] {
    return box_at(random.uniform(0, 100), random.uniform(0, 100), random.uniform(5, 60),
                  random.uniform(5, 60));
  };
  int num_clear = 0;
  for (int i = 0; i < 2000; ++i) {
    const auto a = any(), b = any();
    auto there = relations(a, b);
    for (auto& relation : there) relation = inverse(relation);
    EXPECT_EQ(there, relations(b, a));
    const auto clear = clear_relation(a, b);
    if (!clear) continue;
    ++num_clear;
    EXPECT_EQ(relations(a, b), Found{*clear});
    EXPECT_EQ(clear_relation(b, a), inverse(*clear));
  }
  EXPECT_GT(num_clear, 200);
}

TEST(Relations, AreClearOnlyFarFromTheDiagonal) {
  EXPECT_EQ(clear_relation(box_at(0, 0), box_at(50, 0)), Relation::kLeftOf);
  EXPECT_EQ(clear_relation(box_at(0, 0), box_at(50, 30)), std::nullopt);
}

TEST(Relations, AreReadByTheNamesThatTheyHave) {
  for (size_t i = 0; i < kNumRelations; ++i) {
    const auto relation = static_cast<Relation>(i);
    EXPECT_EQ(relation_named(name_of(relation)), relation);
  }
  EXPECT_EQ(relation_named("beside"), std::nullopt);
}

}  // namespace
}  // namespace unipic::scenes
