#include "convert/tensor_part.h"

#include <gtest/gtest.h>

#include "convert/weight_source.h"
#include "io/safetensors.h"
#include "support/error.h"
#include "support/temporary_folder.h"
#include "support/tensor_files.h"

namespace unipic::convert {
namespace {

// A source of one tensor "x".
class Parts : public testing::Test {
 protected:
  WeightSource source_of(const torch::Tensor& x) {
    test::write_tensors(folder_ / "x.safetensors", {{"x", x}});
    WeightSource source("the file");
    source.add(io::open_safetensors(folder_ / "x.safetensors"));
    return source;
  }
  torch::Tensor part_of(const torch::Tensor& x, const TensorPart& part) {
    WeightSource parts("the parts");
    parts.add_part("part", source_of(x), part);
    const auto tensor = parts.tensor("part");
    EXPECT_EQ(tensor.sizes().vec(), parts.shape("part"));
    EXPECT_EQ(tensor.numel(), parts.num_elements());
    parts.forget("part");
    return tensor;
  }

  test::TemporaryFolder folder_;
  const torch::Tensor x_ = torch::arange(24).view({6, 4}).to(torch::kFloat);
};

TEST_F(Parts, AreRowsOneAfterTheOther) {
  for (int64_t index = 0; index < 3; ++index) {
    const auto part = part_of(x_, {.name = "x", .index = index, .num_parts = 3});
    EXPECT_TRUE(torch::equal(part, x_.chunk(3)[static_cast<size_t>(index)]));
  }
  EXPECT_EQ(part_of(torch::ones({0, 4}), {.name = "x", .index = 2, .num_parts = 3}).numel(), 0);
}

TEST_F(Parts, LieInTheMemoryOfTheFile) {
  const auto source = source_of(x_);
  WeightSource parts("the parts");
  for (int64_t index = 0; index < 2; ++index)
    parts.add_part(std::to_string(index), source, {.name = "x", .index = index, .num_parts = 2});
  EXPECT_EQ(parts.tensor("0").const_data_ptr(), source.tensor("x").const_data_ptr());
  EXPECT_EQ(parts.tensor("1").const_data_ptr(), source.tensor("x")[3].const_data_ptr());
}

TEST_F(Parts, MayHaveTheirHalvesSwappedOrBeTransposed) {
  const auto halves = x_.chunk(2);
  EXPECT_TRUE(torch::equal(part_of(x_, {.name = "x", .swaps_halves = true}),
                           torch::cat({halves[1], halves[0]})));
  EXPECT_TRUE(torch::equal(part_of(x_, {.name = "x", .transposes = true}), x_.t()));
  EXPECT_TRUE(torch::equal(
      part_of(x_, {.name = "x", .index = 1, .num_parts = 2, .transposes = true}), halves[1].t()));
}

TEST_F(Parts, TellTheShapeOfTheWhole) {
  const std::vector<int64_t> shape = {2, 5};
  EXPECT_EQ(whole_shape(shape, {.name = "x"}), shape);
  EXPECT_EQ(whole_shape(shape, {.name = "x", .index = 1, .num_parts = 3}),
            (std::vector<int64_t>{6, 5}));
  EXPECT_EQ(whole_shape(shape, {.name = "x", .transposes = true}), (std::vector<int64_t>{5, 2}));
}

TEST_F(Parts, AreRefusedWhereTheyDoNotDivideTheWhole) {
  EXPECT_EQ(test::error_of([&] {
              part_of(torch::ones({7, 2}), {.name = "x", .num_parts = 3});
            }),
            "the file: the 7 rows of 'x' do not divide into 3 equal parts");
  EXPECT_EQ(test::error_of([&] { part_of(torch::ones({3}), {.name = "x", .swaps_halves = true}); }),
            "the file: the 3 rows of 'x' do not divide into 2 equal parts");
  EXPECT_EQ(test::error_of([&] { part_of(torch::ones({3}), {.name = "x", .transposes = true}); }),
            "the file: 'x' has 1 dimensions, a matrix has 2");
  EXPECT_EQ(test::error_of([&] { part_of(torch::ones({}), {.name = "x", .num_parts = 3}); }),
            "the file: the 1 rows of 'x' do not divide into 3 equal parts");
  EXPECT_EQ(test::error_of([&] { part_of(x_, {.name = "y"}); }), "the file: tensor 'y' is missing");
}

}  // namespace
}  // namespace unipic::convert
