#include "models/unipic1/mask_schedule.h"

#include <gtest/gtest.h>

#include <numeric>

#include "support/error.h"

namespace unipic::unipic1 {
namespace {

TEST(MaskSchedule, EveryTokenIsPredictedExactlyOnce) {
  for (const int64_t num_tokens : {1, 2, 15, 16, 1024, 4096}) {
    for (const int64_t num_iterations : {1, 2, 7, 32, 64}) {
      if (num_iterations > num_tokens) continue;
      const auto predicted = predicted_in(masked_after(num_tokens, num_iterations), num_tokens);
      EXPECT_EQ(std::accumulate(predicted.begin(), predicted.end(), int64_t{0}), num_tokens);
      for (const int64_t count : predicted) EXPECT_GE(count, 1);
    }
  }
}

TEST(MaskSchedule, HasThePublishedCounts) {
  const auto predicted = predicted_in(masked_after(4096, 64), 4096);
  EXPECT_EQ(std::vector<int64_t>(predicted.begin(), predicted.begin() + 5),
            (std::vector<int64_t>{2, 3, 7, 8, 11}));
  EXPECT_EQ(std::vector<int64_t>(predicted.end() - 3, predicted.end()),
            (std::vector<int64_t>{101, 100, 100}));
}

TEST(MaskSchedule, RefusesMoreIterationsThanTokens) {
  EXPECT_EQ(test::error_of([] { masked_after(16, 17); }),
            "17 iterations for a picture of 16 tokens: at least 1 and at most 16 are possible");
  EXPECT_NE(test::error_of([] { masked_after(16, 0); }), "no error");
}

}  // namespace
}  // namespace unipic::unipic1
