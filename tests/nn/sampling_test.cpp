#include "nn/sampling.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <map>

#include "support/error.h"

namespace unipic::nn {
namespace {

// Probabilities 0.5, 0.3, 0.2 of ids 2, 0, 1.
torch::Tensor scores() { return torch::log(torch::tensor({0.3, 0.2, 0.5}, torch::kFloat)); }

std::map<int64_t, double> shares(const Sampling& sampling) {
  constexpr int kDraws = 4000;
  std::map<int64_t, double> shares;
  for (uint64_t place = 0; place < kDraws; ++place)
    shares[choose_token(scores(), sampling, share_of(7, 0, place))] += 1.0 / kDraws;
  return shares;
}

TEST(ChooseToken, WithoutTemperatureTakesTheLikeliest) {
  EXPECT_EQ(shares({}), (std::map<int64_t, double>{{2, shares({})[2]}}));
  EXPECT_EQ(choose_token(scores(), {.temperature = 1e-6}, 0), 2);
}

TEST(ChooseToken, ChoosesAsOftenAsIsLikely) {
  const auto found = shares({.temperature = 1});
  EXPECT_NEAR(found.at(2), 0.5, 0.03);
  EXPECT_NEAR(found.at(0), 0.3, 0.03);
  EXPECT_NEAR(found.at(1), 0.2, 0.03);
}

TEST(ChooseToken, ATemperatureFlattensOrSharpens) {
  const double root = std::sqrt(0.5) + std::sqrt(0.3) + std::sqrt(0.2);
  EXPECT_NEAR(shares({.temperature = 2}).at(2), std::sqrt(0.5) / root, 0.03);
  EXPECT_NEAR(shares({.temperature = 0.5}).at(2), 0.25 / 0.38, 0.03);
}

TEST(ChooseToken, LeavesOutTheUnlikely) {
  const auto two = shares({.temperature = 1, .top_k = 2});
  EXPECT_EQ(two.count(1), 0U);
  EXPECT_NEAR(two.at(2), 0.625, 0.03);
  // The one that reaches the share is still in.
  EXPECT_EQ(shares({.temperature = 1, .top_p = 0.6}).size(), 2U);
  EXPECT_EQ(shares({.temperature = 1, .top_p = 0.4}).size(), 1U);
  EXPECT_EQ(shares({.temperature = 1, .top_k = 99}).size(), 3U);
}

TEST(ChooseToken, WalksThroughTheProbabilityInTheOrderOfTheVocabulary) {
  const Sampling all = {.temperature = 1};
  EXPECT_EQ(choose_token(scores(), all, 0), 0);
  EXPECT_EQ(choose_token(scores(), all, 0.29), 0);
  EXPECT_EQ(choose_token(scores(), all, 0.31), 1);
  EXPECT_EQ(choose_token(scores(), all, 0.51), 2);
  EXPECT_EQ(choose_token(scores(), all, 0.999), 2);
  // Without id 1 the others share what it had.
  EXPECT_EQ(choose_token(scores(), {.temperature = 1, .top_k = 2}, 0.37), 0);
  EXPECT_EQ(choose_token(scores(), {.temperature = 1, .top_p = 0.6}, 0.38), 2);
}

TEST(ChooseToken, KeepsAllThatAreAsLikelyAsTheLastOfTopK) {
  const auto equal = torch::zeros({3});
  EXPECT_EQ(choose_token(equal, {.temperature = 1, .top_k = 1}, 0.99), 2);
}

TEST(ShareOf, EachSeedStreamAndPlaceHasItsOwn) {
  const double share = share_of(1, 2, 3);
  EXPECT_EQ(share, share_of(1, 2, 3));
  EXPECT_NE(share, share_of(2, 2, 3));
  EXPECT_NE(share, share_of(1, 3, 3));
  EXPECT_NE(share, share_of(1, 2, 4));
  EXPECT_TRUE(share >= 0 && share < 1);
}

TEST(ChooseToken, SurvivesImpossibleTokens) {
  const auto one = torch::tensor({-std::numeric_limits<float>::infinity(), 1.0F});
  for (uint64_t place = 0; place < 50; ++place)
    EXPECT_EQ(choose_token(one, {.temperature = 1}, share_of(0, 0, place)), 1);
}

TEST(Sampling, RefusesValuesOutOfRange) {
  EXPECT_EQ(test::error_of([] { Sampling{.temperature = -1}.validate(); }),
            "temperature -1 is not a finite number of at least 0");
  EXPECT_EQ(test::error_of([] { Sampling{.top_k = -1}.validate(); }), "top_k -1 is below 0");
  EXPECT_EQ(test::error_of([] { Sampling{.top_p = 0}.validate(); }),
            "top_p 0 is not within 0..1, 0 excluded");
}

}  // namespace
}  // namespace unipic::nn
