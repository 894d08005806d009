#include "data/shuffled_sources.h"

#include <gtest/gtest.h>

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

TEST(ShuffledSources, GiveEverySampleOnceAnEpochInAnotherOrder) {
  const ShuffledSources sources(two_sources(), 3);
  std::vector<std::vector<uint64_t>> epochs;
  for (uint64_t epoch = 0; epoch < 3; ++epoch) {
    std::vector<uint64_t> order;
    for (uint64_t number = 10 * epoch; number < 10 * (epoch + 1); ++number) {
      const auto place = sources.place(0, number);
      EXPECT_EQ(place.epoch, epoch);
      order.push_back(place.index);
    }
    EXPECT_EQ(std::set<uint64_t>(order.begin(), order.end()).size(), 10U);
    epochs.push_back(order);
  }
  EXPECT_NE(epochs[0], epochs[1]);
  EXPECT_NE(epochs[1], epochs[2]);
}

TEST(ShuffledSources, OfAnotherSeedHaveAnotherOrder) {
  const auto order = [](uint64_t seed) {
    const ShuffledSources sources(two_sources(), seed);
    std::vector<uint64_t> order;
    for (uint64_t number = 0; number < 10; ++number) {
      order.push_back(sources.place(0, number).index);
    }
    return order;
  };
  EXPECT_EQ(order(1), order(1));
  EXPECT_NE(order(1), order(2));
}

TEST(ShuffledSources, CountThroughAnEndlessOne) {
  const ShuffledSources sources({std::make_shared<NumberSource>("e", std::nullopt)}, 3);
  EXPECT_EQ(sources.place(0, 12345), (SamplePlace{0, 12345}));
}

TEST(ShuffledSources, AreAtLeastOneAndNoneIsEmpty) {
  EXPECT_EQ(error_of([] { ShuffledSources({}, 1); }), "no source to read from");
  EXPECT_EQ(error_of([] { ShuffledSources({std::make_shared<NumberSource>("none", 0)}, 1); }),
            "none: has no samples");
}

}  // namespace
}  // namespace unipic::data
