#include "models/unipic1/draws.h"

#include <gtest/gtest.h>

#include "support/close.h"

namespace unipic::unipic1 {
namespace {

TEST(SeededDraws, APictureDrawsTheSameInAnyCompany) {
  SeededDraws alone({7}, 16, torch::kCPU);
  SeededDraws together({3, 7, 11}, 16, torch::kCPU);
  EXPECT_TRUE(torch::equal(alone.orders(64)[0], together.orders(64)[1]));

  const auto positions = torch::tensor({{4, 9}, {0, 33}, {1, 2}});
  const auto all = together.head_noise(0, positions);
  const auto one = alone.head_noise(5, positions.narrow(0, 1, 1));
  EXPECT_TRUE(torch::equal(one.initial_NC, all.initial_NC.narrow(0, 2, 2)));
  EXPECT_TRUE(torch::equal(one.of_step(17), all.of_step(17).narrow(0, 2, 2)));
}

TEST(SeededDraws, NoTwoUsesShareTheirNoise) {
  SeededDraws draws({1}, 16, torch::kCPU);
  const auto noise = draws.head_noise(0, torch::tensor({{4, 9}}));
  EXPECT_FALSE(torch::equal(noise.initial_NC[0], noise.initial_NC[1]));
  EXPECT_FALSE(torch::equal(noise.initial_NC, noise.of_step(0)));
  EXPECT_FALSE(torch::equal(noise.of_step(1), noise.of_step(2)));
}

}  // namespace
}  // namespace unipic::unipic1
