#include "kernels/cpu/weight_memory.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace unipic::kernels {
namespace {

TEST(WeightMemory, HandsOutPartsThatDoNotTouchAndOutliveEachOther) {
  auto first = allocate_weights<uint16_t>(1000);
  const auto second = allocate_weights<uint16_t>(100'000'000);  // more than a chunk has
  const auto third = allocate_weights<uint16_t>(0);
  const auto fourth = allocate_weights<uint16_t>(33);
  for (const auto* data : {first.get(), second.get(), third.get(), fourth.get()}) {
    EXPECT_EQ(reinterpret_cast<uintptr_t>(data) % 64, 0U);
  }
  std::fill_n(first.get(), 1000, uint16_t{1});
  std::fill_n(fourth.get(), 33, uint16_t{4});
  second[99'999'999] = 2;
  EXPECT_TRUE(std::all_of(first.get(), first.get() + 1000, [](uint16_t x) { return x == 1; }));
  first.reset();
  EXPECT_TRUE(std::all_of(fourth.get(), fourth.get() + 33, [](uint16_t x) { return x == 4; }));
}

}  // namespace
}  // namespace unipic::kernels
