#include "nn/kv_cache.h"

#include <gtest/gtest.h>

namespace unipic::nn {
namespace {

torch::Tensor rows(int64_t batch, int64_t count, float first) {
  return torch::arange(count)
      .add(first)
      .to(torch::kFloat)
      .view({1, 1, count, 1})
      .expand({batch, 2, count, 3});
}

void append_all(KvCache& cache, const torch::Tensor& added) {
  for (int64_t layer = 0; layer < 2; ++layer) cache.append(layer, added, added + 100);
  cache.advance(added.size(2));
}

TEST(KvCache, GivesBackWhatWasAppendedInOrder) {
  KvCache cache(2);
  append_all(cache, rows(1, 4, 0));
  append_all(cache, rows(1, 3, 4));
  EXPECT_EQ(cache.length(), 7);
  EXPECT_TRUE(torch::equal(cache.keys(1), rows(1, 7, 0)));
  EXPECT_TRUE(torch::equal(cache.values(0), rows(1, 7, 100)));
}

TEST(KvCache, ForgetsWhatIsCutBack) {
  KvCache cache(2);
  append_all(cache, rows(1, 4, 0));
  append_all(cache, rows(1, 5, 50));
  cache.cut_back(4);
  append_all(cache, rows(1, 2, 4));
  EXPECT_TRUE(torch::equal(cache.keys(0), rows(1, 6, 0)));
}

TEST(KvCache, MakesNoNewBufferWithinItsReserve) {
  KvCache cache(2);
  cache.reserve(20);
  append_all(cache, rows(1, 4, 0));
  const auto* buffer = cache.keys(0).data_ptr();
  for (int round = 0; round < 4; ++round) append_all(cache, rows(1, 4, 0));
  EXPECT_EQ(cache.keys(0).data_ptr(), buffer);
}

TEST(KvCache, RowsThatWereSelectedGoTheirOwnWays) {
  KvCache cache(2);
  append_all(cache, torch::cat({rows(1, 2, 0), rows(1, 2, 10)}, 0));
  auto selected = cache.select_rows(torch::tensor({1, 0, 1}));
  append_all(selected, rows(3, 1, 5));
  EXPECT_EQ(selected.length(), 3);
  EXPECT_EQ(cache.length(), 2);
  EXPECT_TRUE(torch::equal(selected.keys(0)[2].narrow(1, 0, 2), rows(1, 2, 10)[0]));
  EXPECT_TRUE(torch::equal(selected.keys(0)[1].narrow(1, 0, 2), rows(1, 2, 0)[0]));
}

}  // namespace
}  // namespace unipic::nn
