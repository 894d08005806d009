#include "models/unifork/alignment.h"

#include <gtest/gtest.h>

#include "support/error.h"

namespace unipic::unifork {
namespace {

TEST(Alignment, IsOneForTheSameFeaturesAtAnyLength) {
  torch::manual_seed(1);
  const auto features = torch::randn({2, 12, 5});
  EXPECT_TRUE(alignment(features, 3 * features, 4).scores_E.eq(1).all().item<bool>());
}

TEST(Alignment, CountsNeighboursThatBothHave) {
  const auto text = torch::tensor({{0, 1, 2}, {3, 4, 5}}),
             image = torch::tensor({{2, 0, 7}, {0, 1, 2}});
  EXPECT_TRUE(torch::allclose(shared_neighbours(text, image), torch::tensor({2.0F / 3, 0.0F})));
}

TEST(Alignment, RefusesMoreNeighboursThanThereAre) {
  EXPECT_EQ(test::error_of([] {
              nearest_neighbours(torch::randn({4, 2}), 4);
            }),
            "4 neighbours among 4 pairs");
}

}  // namespace
}  // namespace unipic::unifork
