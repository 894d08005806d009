#include "ops/int8_weight.h"

#include <gtest/gtest.h>
#include <torch/types.h>

#include "support/error.h"

namespace unipic::ops {
namespace {

TEST(Int8Weight, RoundsToTheNearestOf255StepsOfItsRow) {
  const auto weight =
      torch::tensor({{1.0F, -0.5F, 0.003F}, {0.0F, 0.0F, 0.0F}, {-254.0F, 3.0F, 1.0F}});
  const auto int8 = to_int8(weight);
  // Ties to even: 63.5 and 1.5.
  const auto q = torch::tensor({{127, -64, 0}, {0, 0, 0}, {-127, 2, 0}}, torch::kChar);
  EXPECT_TRUE(torch::equal(int8.q_MN, q)) << int8.q_MN;
  EXPECT_TRUE(torch::equal(int8.scales_M1, torch::tensor({{1.0F / 127}, {0.0F}, {2.0F}})));
  const auto meant = from_int8(int8, torch::kFloat);
  EXPECT_TRUE(torch::equal(meant[2], torch::tensor({-254.0F, 4.0F, 0.0F})));
  EXPECT_EQ(from_int8(int8, torch::kBFloat16).scalar_type(), torch::kBFloat16);
}

TEST(Int8Weight, StaysWhatItIsWhenItIsRoundedAgain) {
  torch::manual_seed(1);
  const auto once = to_int8(torch::randn({40, 100}));
  const auto again = to_int8(from_int8(once, torch::kFloat));
  EXPECT_TRUE(torch::equal(again.q_MN, once.q_MN));
  EXPECT_TRUE(torch::allclose(again.scales_M1, once.scales_M1, 1e-6, 0));
}

TEST(Int8Weight, SaysHowFarItIsOff) {
  torch::manual_seed(2);
  const auto weight = torch::rand({20, 500}) * 2 - 1;
  // Even steps of 1/127 and evenly spread numbers: 1/127 / sqrt(12) of sqrt(1/3).
  EXPECT_NEAR(relative_error(to_int8(weight), weight), 1.0 / 127 / 2, 2e-4);
  EXPECT_EQ(relative_error(to_int8(torch::zeros({2, 3})), torch::zeros({2, 3})), 0);
}

TEST(Int8Weight, RefusesScalesOfAnotherWeight) {
  EXPECT_EQ(test::error_of([] {
              from_int8({torch::zeros({2, 3}, torch::kChar), torch::ones({3, 1})}, torch::kFloat);
            }),
            "a weight in 8 bits has two dimensions and a scale for each row");
}

}  // namespace
}  // namespace unipic::ops
