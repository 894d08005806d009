#include <gtest/gtest.h>

#include "backbones/qwen25_vision/model.h"
#include "backbones/qwen25_vision/patches.h"
#include "support/error.h"

namespace unipic::qwen25_vision {
namespace {

PixelSize size_of(int64_t width, int64_t height, const PatchOptions& options = {}) {
  return read_size({width, height}, Config(), options);
}

TEST(PatchSize, IsANearMultipleOfAToken) {
  EXPECT_EQ(size_of(280, 290).width, 280);
  EXPECT_EQ(size_of(280, 290).height, 280);
  EXPECT_EQ(size_of(98, 70).width, 112);  // 3.5 and 2.5 tokens: half to even
  EXPECT_EQ(size_of(98, 70).height, 56);
}

TEST(PatchSize, StaysWithinTheLimits) {
  const auto small = size_of(10, 10);
  EXPECT_GE(small.width * small.height, 3136);
  const auto large = size_of(4000, 2000, {.min_pixels = 3136, .max_pixels = 100 * 784});
  EXPECT_LE(large.width * large.height, 100 * 784);
  EXPECT_GT(large.width, large.height);
  EXPECT_EQ(test::error_of([] { size_of(2010, 10); }),
            "a picture of 2010x10 is more than 200 times as long as wide");
}

TEST(WindowOrder, CutsAPictureIntoWindowsRowByRow) {
  // 10 x 6 patches are 5 x 3 tokens: windows of 4 x 3 and 1 x 3; then a picture of one token.
  const auto order = window_order({{10, 6}, {2, 2}}, Config());
  EXPECT_EQ(order.windows, (Borders{0, 48, 60, 64}));
  EXPECT_EQ(order.pictures, (Borders{0, 60, 64}));
  // 4 x 10 patches are 2 x 5 tokens: the fifth column is a window of its own.
  const auto wide = window_order({{4, 10}}, Config());
  EXPECT_EQ(wide.windows, (Borders{0, 32, 40}));
  EXPECT_TRUE(
      torch::equal(wide.tokens_M, torch::tensor({0, 1, 2, 3, 5, 6, 7, 8, 4, 9}, torch::kLong)));
}

}  // namespace
}  // namespace unipic::qwen25_vision
