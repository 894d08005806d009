#include "train/run/progress_line.h"

#include <gtest/gtest.h>

#include <limits>

namespace unipic::train {
namespace {

TEST(ProgressLine, SaysHowTheRunStands) {
  EXPECT_EQ(progress_line({.step = 120,
                           .num_steps = 5000,
                           .loss = 2.345678,
                           .gradient_norm = 1.2345,
                           .learning_rate = 3e-4,
                           .samples_per_second = 12.34,
                           .tokens_per_second = 45'678,
                           .data_wait_share = 0.034,
                           .resident_bytes = int64_t{1288490189},
                           .seconds_left = 3720}),
            "step 120/5000  loss 2.3457  grad 1.23  lr 3.00e-04  12.3 samples/s  45.7k tokens/s  "
            "data 3%  1.2 GiB  left 1h 02m");
}

TEST(ProgressLine, LeavesOutWhatIsNotKnown) {
  EXPECT_EQ(progress_line({.step = 1, .num_steps = 2, .loss = 0.5}), "step 1/2  loss 0.5");
  EXPECT_EQ(progress_line({.step = 1,
                           .num_steps = 2,
                           .loss = std::numeric_limits<double>::quiet_NaN(),
                           .tokens_per_second = 0,
                           .resident_bytes = 0}),
            "step 1/2  loss nan  0 tokens/s  0 MiB");
}

TEST(ProgressLine, ScalesRatesAndMemory) {
  const auto line_of = [](double rate, int64_t bytes) {
    return progress_line({.tokens_per_second = rate, .resident_bytes = bytes});
  };
  EXPECT_EQ(line_of(9876, 1 << 20), "step 0/0  loss 0  9876 tokens/s  1 MiB");
  EXPECT_EQ(line_of(1'234'567, int64_t{1} << 30), "step 0/0  loss 0  1.2M tokens/s  1.0 GiB");
}

TEST(ProgressLine, WritesDurationsInTwoUnits) {
  EXPECT_EQ(duration_text(0), "0s");
  EXPECT_EQ(duration_text(59.6), "1m 00s");
  EXPECT_EQ(duration_text(185), "3m 05s");
  EXPECT_EQ(duration_text(3600), "1h 00m");
  EXPECT_EQ(duration_text(2 * 86400 + 3 * 3600 + 59), "2d 03h");
  EXPECT_EQ(duration_text(std::numeric_limits<double>::infinity()), "?");
  EXPECT_EQ(duration_text(-1), "?");
  EXPECT_EQ(duration_text(std::numeric_limits<double>::quiet_NaN()), "?");
}

}  // namespace
}  // namespace unipic::train
