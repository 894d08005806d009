#include "data/index_order.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>
#include <vector>

namespace unipic::data {
namespace {

std::vector<uint64_t> whole(const IndexOrder& order, uint64_t size) {
  std::vector<uint64_t> numbers;
  for (uint64_t place = 0; place < size; ++place) numbers.push_back(order.at(place));
  return numbers;
}

TEST(IndexOrder, HoldsEveryNumberOnce) {
  for (uint64_t size = 1; size <= 300; ++size) {
    const auto numbers = whole(IndexOrder(1, 2, 3, size), size);
    const std::set<uint64_t> distinct(numbers.begin(), numbers.end());
    ASSERT_EQ(distinct.size(), size);
    ASSERT_EQ(*distinct.rbegin(), size - 1);
  }
}

TEST(IndexOrder, HoldsNumbersOfHugeSizes) {
  for (const uint64_t size : {uint64_t{1} << 40, (uint64_t{1} << 40) + 1, UINT64_MAX}) {
    const IndexOrder order(1, 0, 0, size);
    std::set<uint64_t> distinct;
    bool any_large = false;
    for (uint64_t place = 0; place < 1000; ++place) {
      const auto number = order.at(place);
      ASSERT_LT(number, size);
      any_large = any_large || number > size / 2;
      distinct.insert(number);
    }
    EXPECT_EQ(distinct.size(), 1000U);
    EXPECT_TRUE(any_large);
  }
}

TEST(IndexOrder, DependsOnSeedSourceAndEpoch) {
  const auto numbers = whole(IndexOrder(1, 2, 3, 100), 100);
  EXPECT_EQ(whole(IndexOrder(1, 2, 3, 100), 100), numbers);
  EXPECT_NE(whole(IndexOrder(9, 2, 3, 100), 100), numbers);
  EXPECT_NE(whole(IndexOrder(1, 9, 3, 100), 100), numbers);
  EXPECT_NE(whole(IndexOrder(1, 2, 9, 100), 100), numbers);
}

TEST(IndexOrder, OfFewIsEachPermutationAboutAsOften) {
  for (const uint64_t size : {3U, 4U, 5U}) {
    std::map<std::vector<uint64_t>, int> counts;
    const int per_permutation = 200;
    const size_t num_permutations = size == 3 ? 6 : size == 4 ? 24 : 120;
    for (uint32_t epoch = 0; epoch < per_permutation * num_permutations; ++epoch) {
      ++counts[whole(IndexOrder(5, 0, epoch, size), size)];
    }
    ASSERT_EQ(counts.size(), num_permutations);
    double chi_squared = 0;
    for (const auto& [numbers, count] : counts) {
      chi_squared += (count - per_permutation) * (count - per_permutation) / 200.0;
    }
    // Mean and variance of the statistic are d and 2d for d degrees of freedom.
    const auto degrees = static_cast<double>(num_permutations - 1);
    EXPECT_LT(chi_squared, degrees + 5 * std::sqrt(2 * degrees)) << size;
  }
}

TEST(IndexOrder, LeavesNeighboursNoMoreOftenTogetherThanChance) {
  constexpr uint64_t kSize = 10'007;
  const auto numbers = whole(IndexOrder(3, 0, 0, kSize), kSize);
  int num_followed = 0, num_in_place = 0;
  for (size_t place = 0; place < kSize; ++place) {
    num_in_place += numbers[place] == place ? 1 : 0;
    num_followed += place > 0 && numbers[place] == numbers[place - 1] + 1 ? 1 : 0;
  }
  EXPECT_LE(num_in_place, 6) << "one is expected";
  EXPECT_LE(num_followed, 6) << "one is expected";
}

}  // namespace
}  // namespace unipic::data
