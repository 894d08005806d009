#include "text/bpe.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace unipic::text {
namespace {

using Ids = std::vector<int32_t>;

Ids applied(const BpeMerges& merges, Ids word) {
  BpeMerges::Scratch scratch;
  merges.apply(word, scratch);
  return word;
}

// The definition: again and again, the best merge at its leftmost place.
Ids merged_by_definition(const std::vector<BpeMerge>& merges, Ids word) {
  for (bool found = true; found;) {
    found = false;
    for (size_t rank = 0; rank < merges.size() && !found; ++rank) {
      for (size_t at = 0; at + 1 < word.size() && !found; ++at) {
        if (word[at] != merges[rank].left || word[at + 1] != merges[rank].right) continue;
        word[at] = merges[rank].result;
        word.erase(word.begin() + static_cast<std::ptrdiff_t>(at) + 1);
        found = true;
      }
    }
  }
  return word;
}

TEST(BpeMerges, AppliesTheBestMergeFirstAndTheLeftmostOfEqualOnes) {
  const BpeMerges merges({{1, 2, 10}, {0, 1, 11}, {0, 0, 12}});
  EXPECT_EQ(applied(merges, {0, 1, 2}), (Ids{0, 10}));
  EXPECT_EQ(applied(merges, {0, 1}), (Ids{11}));
  EXPECT_EQ(applied(merges, {0, 0, 0}), (Ids{12, 0}));
  EXPECT_EQ(applied(merges, {}), Ids{});
  EXPECT_EQ(applied(merges, {7}), Ids{7});
}

TEST(BpeMerges, TakesTheLaterOfTwoMergesOfAPair) {
  EXPECT_EQ(applied(BpeMerges({{0, 1, 10}, {1, 2, 11}, {0, 1, 10}}), {0, 1, 2}), (Ids{0, 11}));
}

TEST(BpeMerges, DoesWhatTheDefinitionSays) {
  std::mt19937 random(7);
  const auto below = [&](size_t end) { return static_cast<int32_t>(random() % end); };
  for (int round = 0; round < 300; ++round) {
    std::vector<BpeMerge> merges;
    std::map<std::pair<int32_t, int32_t>, bool> seen;
    for (int32_t result = 4; result < 24; ++result) {
      const int32_t left = below(result), right = below(result);
      if (seen.try_emplace({left, right}).second) merges.push_back({left, right, result});
    }
    const BpeMerges engine(merges);
    Ids word(static_cast<size_t>(below(40)));
    for (auto& id : word) id = below(4);
    ASSERT_EQ(applied(engine, word), merged_by_definition(merges, word));
  }
}

TEST(BpeMerges, MergesAMillionSymbolsInTime) {
  std::vector<BpeMerge> merges;
  for (int32_t level = 0; level < 20; ++level) merges.push_back({level, level, level + 1});
  EXPECT_EQ(applied(BpeMerges(merges), Ids(1 << 20, 0)), Ids{20});
}

}  // namespace
}  // namespace unipic::text
