#include "ops/int4_weight.h"

#include <gtest/gtest.h>
#include <torch/types.h>

#include "support/error.h"

namespace unipic::ops {
namespace {

using torch::Tensor;

TEST(Int4Weight, IsMultiplesOfANumberForEach32) {
  torch::manual_seed(1);
  const auto int4 = to_int4(torch::randn({6, 96}));
  const auto multipliers = int4.multipliers_MG.to(torch::kInt);
  ASSERT_EQ(multipliers.sizes(), torch::IntArrayRef({6, 3}));
  EXPECT_GE(multipliers.min().item<int>(), 1);
  EXPECT_LE(multipliers.max().item<int>(), 15);
  const auto groups = int4.q_MN.to(torch::kInt).reshape({6, 3, 32});
  const auto numbers = groups.div(multipliers.unsqueeze(2), "floor");
  EXPECT_TRUE(torch::equal(numbers * multipliers.unsqueeze(2), groups));
  EXPECT_GE(numbers.min().item<int>(), -8);
  EXPECT_LE(numbers.max().item<int>(), 7);
}

// The best 16 even steps for numbers of a normal distribution err by 0.107 of them (Max 1960,
// table II: a mean square of 0.01154); 32 of them have a step that suits them, less what steps
// between multipliers cost.
TEST(Int4Weight, ErrsLittleMoreThanTheBestStepsForNormalNumbers) {
  torch::manual_seed(2);
  const auto weight = torch::randn({64, 1536});
  EXPECT_LT(relative_error(to_int4(weight), weight), 0.107);
  const auto groups_of_many_sizes =
      weight * torch::exp(torch::randn({64, 48, 1}) / 2).expand({64, 48, 32}).reshape({64, 1536});
  EXPECT_LT(relative_error(to_int4(groups_of_many_sizes), groups_of_many_sizes), 0.12);
}

TEST(Int4Weight, HasTheSameBitsForARowWhateverIsAroundIt) {
  torch::manual_seed(3);
  const auto weight = torch::randn({2000, 1024});  // in several parts
  const auto whole = to_int4(weight), row = to_int4(weight.slice(0, 1500, 1501));
  EXPECT_TRUE(torch::equal(whole.q_MN[1500], row.q_MN[0]));
  EXPECT_TRUE(torch::equal(whole.scales_M1[1500], row.scales_M1[0]));
  EXPECT_TRUE(torch::equal(whole.multipliers_MG[1500], row.multipliers_MG[0]));
}

TEST(Int4Weight, KeepsZerosAndRefusesOtherWidths) {
  EXPECT_TRUE(torch::equal(from_int8(to_int4(torch::zeros({2, 64})), torch::kFloat),
                           torch::zeros({2, 64})));
  EXPECT_FALSE(fits_int4(40));
  EXPECT_EQ(test::error_of([] {
              to_int4(torch::zeros({2, 40}));
            }),
            "rows of 40 numbers do not divide into groups of 32");
}

}  // namespace
}  // namespace unipic::ops
