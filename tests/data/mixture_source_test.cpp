#include "data/mixture_source.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "data/number_source.h"
#include "support/error.h"

namespace unipic::data {
namespace {

using test::error_of;
using test::NumberSource;

std::unique_ptr<Source> mixture(const std::vector<double>& weights, uint64_t seed = 3) {
  return mixture_source(
      "mixed", {std::make_shared<NumberSource>("a", 10), std::make_shared<NumberSource>("b", 7)},
      weights, seed);
}

std::vector<std::string> captions(const Source& source, uint64_t count) {
  std::vector<std::string> captions;
  for (uint64_t index = 0; index < count; ++index) {
    captions.push_back(std::get<TextToImage>(source.sample(0, index)).caption);
  }
  return captions;
}

TEST(Cycle, OfWeightsSpreadsTurnsEvenly) {
  EXPECT_EQ(cycle_of_weights({1, 1}), (Cycle{0, 1}));
  EXPECT_EQ(cycle_of_weights({0.5, 0.25, 0.25}), (Cycle{0, 1, 2, 0}));
  EXPECT_EQ(cycle_of_weights({0, 3}), Cycle{1});
  const auto cycle = cycle_of_weights({0.7, 0.3});
  ASSERT_EQ(cycle.size(), 10U);
  EXPECT_EQ(std::ranges::count(cycle, 1U), 3);
  EXPECT_EQ(std::ranges::adjacent_find(cycle, [](auto x, auto y) { return x == 1 && y == 1; }),
            cycle.end());
}

TEST(Cycle, OfWeightsKeepsThirdsExactAndRoundsOthers) {
  EXPECT_EQ(cycle_of_weights({1.0 / 3, 2.0 / 3}), (Cycle{1, 0, 1}));
  const auto odd = cycle_of_weights({1, 0.7182818284, 1e-9});
  EXPECT_EQ(std::ranges::count(odd, 0U), 582);
  EXPECT_EQ(std::ranges::count(odd, 1U), 418);
  EXPECT_EQ(std::ranges::count(odd, 2U), 1) << "a small weight has a turn";
}

TEST(Cycle, OfWeightsRefusesImpossibleOnes) {
  EXPECT_EQ(error_of([] { cycle_of_weights({1, -0.5}); }), "-0.5 is not a weight of a source");
  EXPECT_EQ(error_of([] { cycle_of_weights({0, 0}); }), "the weights of the sources add up to 0");
  EXPECT_EQ(error_of([] {
              cycle_of_weights({1e308, 1e308});
            }),
            "the weights of the sources add up to inf");
}

TEST(MixtureSource, GoesThroughEachPartWithoutGapsInTheRatioOfTheWeights) {
  const auto source = mixture({1, 2});
  EXPECT_EQ(source->name(), "mixed");
  EXPECT_FALSE(source->size());
  const auto all = captions(*source, 30);
  std::set<std::string> seen(all.begin(), all.end());
  EXPECT_EQ(seen.size(), 30U) << "a sample came twice in an epoch of its source";
  EXPECT_EQ(std::ranges::count_if(all, [](const auto& text) { return text.starts_with("a 0."); }),
            10);
  EXPECT_EQ(std::ranges::count_if(all, [](const auto& text) { return text.starts_with("b 0."); }),
            7);
}

TEST(MixtureSource, OfAnotherSeedHasAnotherOrder) {
  EXPECT_EQ(captions(*mixture({1, 1}), 20), captions(*mixture({1, 1}), 20));
  EXPECT_NE(captions(*mixture({1, 1}), 20), captions(*mixture({1, 1}, 4), 20));
}

TEST(MixtureSource, WantsAWeightForEachPart) {
  EXPECT_EQ(error_of([] { mixture({1}); }), "mixed: 1 weights for 2 parts");
}

}  // namespace
}  // namespace unipic::data
