#include <gtest/gtest.h>

#include "backbones/t5/model.h"

namespace unipic::t5 {
namespace {

TEST(PositionBuckets, AreOneADistanceAtFirstAndEverWiderThen) {
  const auto buckets = position_buckets(200, 32, 128);
  const auto of = [&](int64_t query, int64_t key) { return buckets[query][key].item<int64_t>(); };
  EXPECT_EQ(of(100, 100), 0);
  EXPECT_EQ(of(100, 99), 1);
  EXPECT_EQ(of(100, 93), 7);
  EXPECT_EQ(of(100, 92), 8);
  EXPECT_EQ(of(100, 84), 10);  // 8 + floor(ln(16 / 8) / ln(128 / 8) * 8)
  EXPECT_EQ(of(199, 0), 15);
  EXPECT_EQ(of(100, 101), 17);
  EXPECT_EQ(of(0, 199), 31);
}

}  // namespace
}  // namespace unipic::t5
