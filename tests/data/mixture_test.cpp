#include "data/mixture.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "data/number_source.h"
#include "support/error.h"

namespace unipic::data {
namespace {

using test::error_of;
using test::NumberSource;

std::vector<std::shared_ptr<const Source>> two_sources() {
  return {std::make_shared<NumberSource>("a", 10), std::make_shared<NumberSource>("b", 7)};
}

TEST(Cycle, OfRepeatsGivesEachSourceItsTurnsInARow) {
  EXPECT_EQ(cycle_of_repeats({1, 4}), (Cycle{0, 1, 1, 1, 1}));
  EXPECT_EQ(cycle_of_repeats({2, 0, 1}), (Cycle{0, 0, 2}));
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

TEST(Cycle, RefusesImpossibleTurns) {
  EXPECT_EQ(error_of([] { cycle_of_repeats({1, -1}); }), "a source cannot be repeated -1 times");
  EXPECT_EQ(error_of([] { cycle_of_repeats({0, 0}); }), "no source has a turn");
  EXPECT_EQ(error_of([] {
              cycle_of_repeats({1, 10'000});
            }),
            "the repeats make more than 10000 turns");
  EXPECT_EQ(error_of([] {
              cycle_of_repeats({1, INT64_MAX});
            }),
            "the repeats make more than 10000 turns");
  EXPECT_EQ(error_of([] { cycle_of_weights({1, -0.5}); }), "-0.5 is not a weight of a source");
  EXPECT_EQ(error_of([] { cycle_of_weights({0, 0}); }), "the weights of the sources add up to 0");
  EXPECT_EQ(error_of([] {
              cycle_of_weights({1e308, 1e308});
            }),
            "the weights of the sources add up to inf");
}

TEST(Mixture, CountsTheTurnsOfEachSource) {
  const Mixture mixture(two_sources(), {0, 1, 1}, 3);
  std::vector<uint64_t> taken(2, 0);
  for (uint64_t turn = 0; turn < 20; ++turn) {
    EXPECT_EQ(mixture.turns_before(turn, 0), taken[0]);
    EXPECT_EQ(mixture.turns_before(turn, 1), taken[1]);
    ++taken[mixture.source_of(turn)];
  }
}

TEST(Mixture, GoesThroughEverySampleOnceAnEpochInAnotherOrder) {
  const Mixture mixture(two_sources(), {0, 1}, 3);
  std::vector<std::vector<uint64_t>> epochs;
  for (uint64_t epoch = 0; epoch < 3; ++epoch) {
    std::vector<uint64_t> order;
    for (uint64_t number = 10 * epoch; number < 10 * (epoch + 1); ++number) {
      const auto place = mixture.place(0, number);
      EXPECT_EQ(place.epoch, epoch);
      order.push_back(place.index);
    }
    EXPECT_EQ(std::set<uint64_t>(order.begin(), order.end()).size(), 10U);
    epochs.push_back(order);
  }
  EXPECT_NE(epochs[0], epochs[1]);
  EXPECT_NE(epochs[1], epochs[2]);
}

TEST(Mixture, OfAnotherSeedHasAnotherOrder) {
  const auto order = [](uint64_t seed) {
    const Mixture mixture(two_sources(), {0}, seed);
    std::vector<uint64_t> order;
    for (uint64_t number = 0; number < 10; ++number) {
      order.push_back(mixture.place(0, number).index);
    }
    return order;
  };
  EXPECT_EQ(order(1), order(1));
  EXPECT_NE(order(1), order(2));
}

TEST(Mixture, CountsThroughAnEndlessSource) {
  const Mixture mixture({std::make_shared<NumberSource>("e", std::nullopt)}, {0}, 3);
  EXPECT_EQ(mixture.place(0, 12345), (SamplePlace{0, 12345}));
}

TEST(Mixture, TurnsGoThroughEachSourceWithoutGaps) {
  const Mixture mixture(two_sources(), {0, 1, 1}, 3);
  std::vector<uint64_t> numbers(2, 0);
  for (uint64_t turn = 0; turn < 12; ++turn) {
    const auto source = mixture.source_of(turn);
    for (uint64_t item = 0; item < 4; ++item) {
      EXPECT_EQ(mixture.place_in_turn(turn, item, 4), mixture.place(source, numbers[source]++));
    }
  }
}

TEST(Mixture, RefusesSourcesThatCannotTakeTheirTurns) {
  EXPECT_EQ(error_of([] { Mixture({}, {0}, 1); }), "a mixture needs a source and a turn");
  EXPECT_EQ(error_of([] { Mixture(two_sources(), {}, 1); }), "a mixture needs a source and a turn");
  EXPECT_EQ(error_of([] {
              Mixture(two_sources(), {0, 2}, 1);
            }),
            "it is source 2's turn, of 2 sources");
  EXPECT_EQ(error_of([] { Mixture({std::make_shared<NumberSource>("none", 0)}, {0}, 1); }),
            "none: has no samples");
}

}  // namespace
}  // namespace unipic::data
