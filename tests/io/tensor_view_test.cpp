#include "io/tensor_view.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "io/tensor_shape.h"
#include "support/error.h"

namespace unipic::io {
namespace {

using test::error_of;
using Sizes = std::vector<int64_t>;

TensorView view_of(Sizes shape, Sizes strides) {
  return {
      .dtype = DType::kF32, .shape = std::move(shape), .strides = std::move(strides), .bytes = {}};
}

TEST(TensorView, KnowsWhenItIsRowMajor) {
  EXPECT_TRUE(view_of({}, {}).is_row_major());
  EXPECT_TRUE(view_of({2, 3}, {3, 1}).is_row_major());
  EXPECT_TRUE(view_of({1, 3}, {77, 1}).is_row_major()) << "a stride over one element is not used";
  EXPECT_FALSE(view_of({2, 3}, {1, 2}).is_row_major());
  EXPECT_FALSE(view_of({4}, {0}).is_row_major());
  EXPECT_TRUE(view_of({2, 0, 3}, {3, 3, 1}).is_row_major());
}

TEST(TensorView, NamesItsElementTypesBothWays) {
  for (int index = 0; index <= static_cast<int>(DType::kF64); ++index) {
    const auto dtype = static_cast<DType>(index);
    EXPECT_EQ(dtype_named(name_of(dtype)), dtype);
  }
  EXPECT_EQ(dtype_named("F31"), std::nullopt);
}

TEST(TensorShape, CountsBytes) {
  EXPECT_EQ(checked_num_bytes(DType::kF64, {}, "t"), 8U);
  EXPECT_EQ(checked_num_bytes(DType::kF32, Sizes{2, 3}, "t"), 24U);
  EXPECT_EQ(checked_num_bytes(DType::kF32, Sizes{2, 0}, "t"), 0U);
  EXPECT_EQ(row_major_strides(Sizes{2, 0, 3}), (Sizes{3, 3, 1}));
}

TEST(TensorShape, CountsWhatStridesReach) {
  EXPECT_EQ(checked_reach(DType::kF32, Sizes{2, 3}, Sizes{3, 1}, "t"), 24U);
  EXPECT_EQ(checked_reach(DType::kF32, Sizes{3, 2}, Sizes{1, 3}, "t"), 24U);
  EXPECT_EQ(checked_reach(DType::kF32, Sizes{4}, Sizes{0}, "t"), 4U);
  EXPECT_EQ(checked_reach(DType::kF32, Sizes{2, 2}, Sizes{10, 1}, "t"), 48U);
  EXPECT_EQ(checked_reach(DType::kF32, Sizes{0, 2}, Sizes{10, 1}, "t"), 0U);
}

TEST(TensorShape, RefusesWhatOverflows) {
  const int64_t huge = INT64_MAX / 2;
  const auto reach = [](Sizes shape, Sizes strides) {
    return error_of([&] { checked_reach(DType::kU8, shape, strides, "t"); });
  };
  EXPECT_EQ(reach({2}, {INT64_MAX}), fmt::format("t reaches too far: strides [{}]", INT64_MAX));
  EXPECT_EQ(reach({3}, {INT64_MAX}), fmt::format("t reaches too far: strides [{}]", INT64_MAX));
  EXPECT_EQ(reach({huge, 4}, {1, 1}), fmt::format("t is too large: U8 [{}, 4]", huge));
  EXPECT_EQ(reach({2, 2}, {INT64_MAX, 1}),
            fmt::format("t reaches too far: strides [{}, 1]", INT64_MAX));
  EXPECT_EQ(reach({-1}, {1}), "t has a negative size -1");
  EXPECT_EQ(reach({2}, {-1}), "t has a negative stride -1");
  EXPECT_EQ(reach({2}, {}), "t has 1 sizes but 0 strides");
  EXPECT_EQ(error_of([&] { checked_num_bytes(DType::kU8, Sizes(65, 1), "t"); }),
            "t has 65 dimensions, at most 64 are read");
}

}  // namespace
}  // namespace unipic::io
