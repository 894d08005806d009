#include "ops/placement.h"

#include <gtest/gtest.h>

#include "base/cpu.h"

namespace unipic::ops {
namespace {

TEST(ScalarType, IsWhatWasAskedFor) {
  for (const int64_t num_weights : {10L, 3'000'000'000L}) {
    EXPECT_EQ(scalar_type(DType::kF32, num_weights, at::kCPU), at::kFloat);
    EXPECT_EQ(scalar_type(DType::kBF16, num_weights, at::kCPU), at::kBFloat16);
  }
}

TEST(ScalarType, IsChosenBySizeAndProcessor) {
  EXPECT_EQ(scalar_type(DType::kAuto, 3'000'000'000, at::kCPU), at::kBFloat16);
  EXPECT_EQ(scalar_type(DType::kAuto, 10'000'000, at::kCPU),
            has_bf16_products() ? at::kBFloat16 : at::kFloat);
  EXPECT_EQ(scalar_type(DType::kAuto, 10'000'000, at::Device(at::kCUDA, 0)), at::kBFloat16);
}

}  // namespace
}  // namespace unipic::ops
