#include "base/philox.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <vector>

namespace unipic {
namespace {

using Block = std::array<uint32_t, 4>;

// Known answers of the authors' Random123 library (kat_vectors, philox4x32 10).
TEST(Philox, GivesThePublishedAnswers) {
  EXPECT_EQ(philox(0, {0, 0, 0, 0}), (Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(philox(~uint64_t{0}, {~0U, ~0U, ~0U, ~0U}),
            (Block{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox(0x299f31d0a4093822, {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}),
            (Block{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Philox, NormalsHaveTheMomentsOfANormalDistribution) {
  std::vector<float> normals(400000);
  philox_normals(42, 1, 2, 3, normals);
  double sum = 0, squares = 0, fourths = 0;
  for (const double x : normals) {
    sum += x;
    squares += x * x;
    fourths += x * x * x * x;
  }
  const auto count = static_cast<double>(normals.size());
  EXPECT_NEAR(sum / count, 0.0, 0.01);
  EXPECT_NEAR(squares / count, 1.0, 0.01);
  EXPECT_NEAR(fourths / count, 3.0, 0.06);
}

TEST(Philox, ALongerDrawBeginsWithTheShorterOne) {
  std::vector<float> few(5), many(50);
  philox_normals(7, 0, 0, 1, few);
  philox_normals(7, 0, 0, 1, many);
  EXPECT_TRUE(std::equal(few.begin(), few.end(), many.begin()));
}

TEST(Philox, PermutationsHoldEveryIndexOnceAndFollowTheKey) {
  std::vector<int64_t> order(100), other(100);
  philox_permutation(1, 0, 0, 0, order);
  philox_permutation(2, 0, 0, 0, other);
  EXPECT_EQ(std::set<int64_t>(order.begin(), order.end()).size(), 100U);
  EXPECT_NE(order, other);
}

TEST(Philox, EveryPermutationOfThreeIsAboutAsLikely) {
  std::map<std::vector<int64_t>, int> counts;
  for (uint32_t trial = 0; trial < 6000; ++trial) {
    std::vector<int64_t> order(3);
    philox_permutation(9, trial, 0, 0, order);
    ++counts[order];
  }
  ASSERT_EQ(counts.size(), 6U);
  for (const auto& [order, count] : counts) EXPECT_NEAR(count, 1000, 120);
}

}  // namespace
}  // namespace unipic
