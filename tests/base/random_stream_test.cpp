#include "base/random_stream.h"

#include <gtest/gtest.h>

#include <array>
#include <map>
#include <numeric>
#include <set>
#include <vector>

#include "base/philox.h"

namespace unipic {
namespace {

std::vector<uint32_t> first_bits(const SampleKey& key, int count = 9) {
  RandomStream random(key);
  std::vector<uint32_t> bits;
  for (int i = 0; i < count; ++i) bits.push_back(random.bits());
  return bits;
}

TEST(RandomStream, IsPhiloxUnderTheSeedWithLaneIndexAndEpochAsCounter) {
  const auto second_block = philox(7, {(uint32_t{3} << 24) | 1, 5, 9, 2});
  const auto bits =
      first_bits({.seed = 7, .epoch = 2, .index = (uint64_t{9} << 32) | 5, .lane = 3});
  for (size_t i = 0; i < 4; ++i) EXPECT_EQ(bits[4 + i], second_block[i]);
}

TEST(RandomStream, EveryPartOfTheKeyChangesTheNumbers) {
  const SampleKey key{.seed = 1, .epoch = 2, .index = 3, .lane = 4};
  std::set<std::vector<uint32_t>> seen = {first_bits(key)};
  for (const auto& other : std::vector<SampleKey>{{2, 2, 3, 4},
                                                  {1, 3, 3, 4},
                                                  {1, 2, 4, 4},
                                                  {1, 2, uint64_t{3} | (uint64_t{1} << 32), 4},
                                                  key.with_lane(5)}) {
    EXPECT_TRUE(seen.insert(first_bits(other)).second);
  }
  EXPECT_EQ(first_bits(key), first_bits(key));
}

TEST(RandomStream, BelowGivesEveryNumberAsOften) {
  for (const uint32_t count : {1U, 2U, 3U, 7U, 10U}) {
    RandomStream random({.seed = count, .epoch = 0, .index = 0});
    std::vector<int> seen(count);
    for (uint32_t i = 0; i < 3000 * count; ++i) ++seen.at(random.below(count));
    for (const int times : seen) EXPECT_NEAR(times, 3000, 250) << count;
  }
}

// Of four numbers of 32 bits, two become the same one of three: without redrawing, multiples of
// three would come twice as often as others.
TEST(RandomStream, BelowHasNoBiasOnLargeRanges) {
  RandomStream random({.seed = 5, .epoch = 0, .index = 0});
  constexpr uint32_t kCount = 3U << 30;
  std::array<int, 3> remainders{};
  for (int i = 0; i < 30000; ++i) ++remainders.at(random.below(kCount) % 3);
  for (const int times : remainders) EXPECT_NEAR(times, 10000, 400);
}

TEST(RandomStream, BetweenIncludesBothEnds) {
  RandomStream random({.seed = 1, .epoch = 0, .index = 0});
  std::set<int> seen;
  for (int i = 0; i < 200; ++i) seen.insert(random.between(-2, 2));
  EXPECT_EQ(seen, (std::set<int>{-2, -1, 0, 1, 2}));
}

TEST(RandomStream, UnitAndUniformStayInsideAndCentred) {
  RandomStream random({.seed = 3, .epoch = 0, .index = 0});
  double sum = 0;
  for (int i = 0; i < 20000; ++i) {
    const double value = random.uniform(2, 4);
    ASSERT_GE(value, 2);
    ASSERT_LT(value, 4);
    sum += value;
  }
  EXPECT_NEAR(sum / 20000, 3, 0.02);
}

TEST(RandomStream, WeightsAreSharesAndZeroIsNever) {
  RandomStream random({.seed = 4, .epoch = 0, .index = 0});
  constexpr std::array<double, 4> kWeights = {1, 0, 3, 0};
  std::array<int, 4> seen{};
  for (int i = 0; i < 8000; ++i) ++seen.at(random.weighted(kWeights));
  EXPECT_NEAR(seen[0], 2000, 200);
  EXPECT_EQ(seen[1] + seen[3], 0);
}

TEST(RandomStream, ShufflesToEveryOrderAsOften) {
  RandomStream random({.seed = 6, .epoch = 0, .index = 0});
  std::map<std::array<int, 3>, int> seen;
  for (int i = 0; i < 6000; ++i) {
    std::array<int, 3> items = {0, 1, 2};
    random.shuffle(items);
    ++seen[items];
  }
  ASSERT_EQ(seen.size(), 6U);
  for (const auto& [order, times] : seen) EXPECT_NEAR(times, 1000, 130);
}

}  // namespace
}  // namespace unipic
