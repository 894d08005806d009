#include "data/loader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <future>
#include <map>

#include "data/number_source.h"
#include "support/error.h"

namespace unipic::data {
namespace {

using test::error_of;
using test::NumberSource;

using Mixed = std::shared_ptr<const Mixture>;

Mixed make_mixture(std::set<uint64_t> bad_in_a = {}, uint64_t seed = 3) {
  return std::make_shared<Mixture>(
      std::vector<std::shared_ptr<const Source>>{
          std::make_shared<NumberSource>("a", 23, std::move(bad_in_a)),
          std::make_shared<NumberSource>("b", 11),
          std::make_shared<NumberSource>("e", std::nullopt)},
      cycle_of_repeats({2, 1, 1}), seed);
}

const std::string& caption_of(const Sample& sample) {
  return std::get<TextToImage>(sample).caption;
}

// "TURN SOURCE BUCKET: captions" of the next batches.
std::vector<std::string> take(Loader& loader, int num_batches) {
  std::vector<std::string> taken;
  for (int i = 0; i < num_batches; ++i) {
    const auto batch = loader.next();
    auto text = fmt::format("{} {} {}:", batch.turn, batch.source, batch.bucket);
    for (const auto& sample : batch.samples) text += " " + caption_of(sample);
    taken.push_back(text);
  }
  return taken;
}

std::vector<std::string> take(const Mixed& mixture, const LoaderConfig& config, int num_batches) {
  Loader loader(mixture, config);
  return take(loader, num_batches);
}

// The pictures of a `NumberSource` come in three shapes; these buckets tell two of them apart.
LoaderConfig with_buckets(LoaderConfig config) {
  const Preparation preparation{.buckets = {{8, 16}, {16, 8}}};
  config.preparations = {preparation, preparation, preparation};
  return config;
}

TEST(Loader, GivesTheMixtureInItsOrder) {
  const auto mixture = make_mixture();
  Loader loader(mixture, {.batch_size = 3});
  for (uint64_t turn = 0; turn < 30; ++turn) {
    const auto batch = loader.next();
    ASSERT_EQ(batch.turn, turn);
    ASSERT_EQ(batch.source, mixture->source_of(turn));
    ASSERT_EQ(batch.samples.size(), 3U);
    for (uint64_t item = 0; item < 3; ++item) {
      const auto [epoch, index] = mixture->place_in_turn(turn, item, 3);
      EXPECT_EQ(batch.samples[item], mixture->sources()[batch.source]->sample(epoch, index));
    }
  }
  EXPECT_EQ(loader.report().num_samples, 90U);
  EXPECT_EQ(loader.report().num_skipped, 0U);
}

TEST(Loader, GivesTheSameWhateverTheThreadsAndTheReadingAhead) {
  const auto mixture = make_mixture({2, 3, 17});
  for (const auto& base : {LoaderConfig{.batch_size = 3}, with_buckets({.batch_size = 3})}) {
    auto config = base;
    config.num_threads = config.prefetch = 1;
    const auto expected = take(mixture, config, 40);
    for (const int64_t num_threads : {2, 5}) {
      for (const int64_t prefetch : {1, 2, 7}) {
        config.num_threads = num_threads;
        config.prefetch = prefetch;
        EXPECT_EQ(take(mixture, config, 40), expected) << num_threads << " " << prefetch;
      }
    }
  }
}

TEST(Loader, OfAllRanksTogetherGivesTheSameTurnsForAnyNumberOfThem) {
  const auto mixture = make_mixture({2, 3, 17});
  const auto turns = [&](int64_t num_ranks) {
    std::vector<std::vector<std::string>> turns(20, std::vector<std::string>(12));
    for (int64_t rank = 0; rank < num_ranks; ++rank) {
      Loader loader(mixture, {.batch_size = 12 / num_ranks, .rank = rank, .num_ranks = num_ranks});
      for (auto& turn : turns) {
        const auto batch = loader.next();
        for (size_t i = 0; i < batch.samples.size(); ++i) {
          turn[static_cast<size_t>(rank) + i * static_cast<size_t>(num_ranks)] =
              caption_of(batch.samples[i]);
        }
      }
    }
    return turns;
  };
  const auto of_one = turns(1);
  EXPECT_EQ(std::ranges::count(of_one.front(), ""), 0);
  EXPECT_EQ(turns(2), of_one);
  EXPECT_EQ(turns(3), of_one);
  EXPECT_EQ(turns(12), of_one);
}

TEST(Loader, FillsBatchesFromOneBucketWithEverySampleOnce) {
  const auto mixture = std::make_shared<Mixture>(
      std::vector<std::shared_ptr<const Source>>{std::make_shared<NumberSource>("a", 30)}, Cycle{0},
      3);
  auto config = with_buckets({.batch_size = 4});
  config.preparations.resize(1);
  Loader loader(mixture, config);
  std::map<std::string, int> times;
  for (int i = 0; i < 150; ++i) {
    const auto batch = loader.next();
    ASSERT_EQ(batch.samples.size(), 4U);
    for (const auto& sample : batch.samples) {
      const auto& image = std::get<TextToImage>(sample).image;
      EXPECT_EQ(image.width, batch.bucket == 0 ? 8 : 16);
      EXPECT_EQ(image.height, batch.bucket == 0 ? 16 : 8);
      ++times[caption_of(sample)];
    }
  }
  for (const auto& [caption, count] : times) EXPECT_EQ(count, 1) << caption;
  // Of the 600 samples of 20 epochs, fewer than a batch a bucket may still wait.
  int num_early = 0;
  for (const auto& [caption, count] : times) {
    num_early += std::stoi(caption.substr(2)) < 19 ? 1 : 0;
  }
  EXPECT_EQ(num_early, 19 * 30);
}

TEST(Loader, GoesOnFromAnySavedState) {
  const auto mixture = make_mixture({2, 3});
  for (const auto& config : {LoaderConfig{.batch_size = 3}, with_buckets({.batch_size = 3})}) {
    const auto expected = take(mixture, config, 40);
    Loader loader(mixture, config);
    for (int done = 0; done < 20; ++done) {
      const auto saved = parse_json(to_json(loader.state()).dump(), "state");
      Loader resumed(mixture, config, loader_state_from_json(saved, "state"));
      EXPECT_EQ(resumed.state(), loader.state());
      auto rest = std::vector<std::string>(expected.begin() + done, expected.end());
      rest.resize(10);
      ASSERT_EQ(take(resumed, 10), rest) << "after " << done;
      take(loader, 1);
    }
  }
}

TEST(Loader, HasAStateThatDoesNotShowHowFarItReadAhead) {
  const auto mixture = make_mixture();
  auto config = with_buckets({.batch_size = 3});
  Loader near(mixture, config);
  config.prefetch = 9;
  Loader far(mixture, config);
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(near.state(), far.state());
    EXPECT_EQ(take(near, 1), take(far, 1));
  }
}

TEST(Loader, GoesOnWithAnotherNumberOfRanks) {
  const auto mixture = make_mixture();
  const auto expected = take(mixture, {.batch_size = 4}, 20);
  Loader first_half(mixture, {.batch_size = 2, .rank = 1, .num_ranks = 2});
  take(first_half, 7);
  Loader resumed(mixture, {.batch_size = 4}, first_half.state());
  EXPECT_EQ(take(resumed, 13), std::vector<std::string>(expected.begin() + 7, expected.end()));
}

TEST(Loader, RefusesAStateOfOtherData) {
  const LoaderConfig config{.batch_size = 2};
  Loader loader(make_mixture(), config);
  take(loader, 3);
  const auto saved = loader.state();
  const auto error = [&](const Mixed& mixture, const LoaderConfig& with, const LoaderState& state) {
    return error_of([&] { Loader(mixture, with, state); });
  };
  EXPECT_EQ(error(make_mixture({}, 4), config, saved),
            "the data was read with seed 3, cannot go on with seed 4");
  const auto other = std::make_shared<Mixture>(
      std::vector<std::shared_ptr<const Source>>{std::make_shared<NumberSource>("a", 24)}, Cycle{0},
      3);
  EXPECT_EQ(error(other, config, saved),
            "the sources, their sizes or their turns are not those that the data was read with");
  EXPECT_EQ(error(make_mixture(), {.batch_size = 3}, saved),
            "the data was read with 2 samples a turn on all ranks, cannot go on with 3");
  Loader packing(make_mixture(), with_buckets(config));
  take(packing, 3);
  EXPECT_EQ(error(make_mixture(), {.batch_size = 1, .num_ranks = 2}, packing.state()),
            "batches of one bucket were part filled: the data can only be read on as rank 0 of 1 "
            "with batches of 2");
}

TEST(LoaderState, IsReadFromItsJsonOnly) {
  auto json = to_json(first_state(*make_mixture(), 2, 1, 3));
  EXPECT_EQ(loader_state_from_json(json, "s"), first_state(*make_mixture(), 2, 1, 3));
  const auto error_with = [&](std::string_view key, const Json& value) {
    auto changed = json;
    changed[std::string(key)] = value;
    return error_of([&] { loader_state_from_json(changed, "s"); });
  };
  EXPECT_EQ(error_with("turn", -1), "s: number is not a whole number");
  EXPECT_EQ(error_with("seed", nullptr), "s: null is not a whole number");
  EXPECT_EQ(error_with("rank", 3), "s: batches of 2 on rank 3 of 3 are not possible");
  EXPECT_EQ(error_with("batch_size", 0), "s: batches of 0 on rank 1 of 3 are not possible");
  EXPECT_EQ(error_with("cycle", 7), "s: 'cycle' is not a list");
  EXPECT_EQ(error_with("cycle", {uint64_t{1} << 32}), "s: 4294967296 is not a source");
  const auto stream = [](uint64_t next, const std::vector<uint64_t>& unfinished) {
    return Json::array({Json{{"next", next}, {"unfinished", unfinished}}});
  };
  EXPECT_EQ(error_with("streams", stream(3, {1, 2})), "no error");
  EXPECT_EQ(error_with("streams", stream(3, {2, 1})), "s: the unfinished samples are not in order");
  EXPECT_EQ(error_with("streams", stream(3, {1, 3})), "s: the unfinished samples are not in order");
  EXPECT_EQ(error_of([] { loader_state_from_json(Json::array(), "s"); }), "s: 'turn' is missing");
}

TEST(Loader, ReplacesSamplesOfNoUseByTheNextOfTheirSource) {
  const auto mixture = std::make_shared<Mixture>(
      std::vector<std::shared_ptr<const Source>>{
          std::make_shared<NumberSource>("a", 5, std::set<uint64_t>{1, 2, 4})},
      Cycle{0}, 3);
  Loader loader(mixture, {.batch_size = 5});
  const auto batch = loader.next();
  std::map<std::string, int> times;
  for (const auto& sample : batch.samples) ++times[caption_of(sample)];
  EXPECT_EQ(times, (std::map<std::string, int>{{"a 0.0", 2}, {"a 0.3", 3}}))
      << "1 and 2 give 3, and 4 gives 0";
  EXPECT_EQ(loader.report().num_samples, 5U);
  EXPECT_EQ(loader.report().num_skipped, 4U) << "2 is tried for itself and for 1";
  auto errors = loader.report().last_errors;
  std::ranges::sort(errors);
  EXPECT_EQ(errors,
            (std::vector<std::string>{"a 1 is bad", "a 2 is bad", "a 2 is bad", "a 4 is bad"}));
}

TEST(Loader, ReportsOnlyWhatWasHandedOutAndTheLatestErrors) {
  const auto report = [](int64_t num_threads, int64_t prefetch) {
    Loader loader(make_mixture({0, 1, 2, 4, 6, 8, 9, 12, 15, 18}),
                  {.batch_size = 4, .num_threads = num_threads, .prefetch = prefetch});
    take(loader, 16);
    EXPECT_EQ(loader.report().num_samples, 64U);
    EXPECT_EQ(loader.report().last_errors.size(), 10U);
    return std::pair(loader.report().num_skipped, loader.report().last_errors);
  };
  const auto expected = report(1, 1);
  EXPECT_GT(expected.first, 10U);
  EXPECT_EQ(report(4, 6), expected);
}

TEST(Loader, GivesUpOnASourceOfNoUse) {
  std::set<uint64_t> all;
  for (uint64_t i = 0; i < 23; ++i) all.insert(i);
  Loader loader(make_mixture(all), {});
  const auto error = error_of([&] { loader.next(); });
  EXPECT_EQ(error.find("a: 23 samples in a row are of no use; the first: a "), 0U) << error;
  EXPECT_EQ(error_of([&] { loader.next(); }), error) << "and says so again";
}

class BrokenSource : public NumberSource {
 public:
  BrokenSource() : NumberSource("broken", 10) {}
  Sample sample(uint64_t, uint64_t) const override { throw Error("the disk is gone"); }
};

TEST(Loader, HandsOnTheErrorOfASourceAfterTheBatchesBeforeIt) {
  const auto mixture = std::make_shared<Mixture>(
      std::vector<std::shared_ptr<const Source>>{std::make_shared<NumberSource>("a", 10),
                                                 std::make_shared<BrokenSource>()},
      Cycle{0, 0, 1}, 3);
  Loader loader(mixture, {.batch_size = 2, .prefetch = 3});
  EXPECT_EQ(take(loader, 2).size(), 2U);
  EXPECT_EQ(error_of([&] { loader.next(); }), "the disk is gone");
}

// Waits in `sample` until it is released.
class HeldSource : public NumberSource {
 public:
  HeldSource() : NumberSource("held", 10) {}
  Sample sample(uint64_t epoch, uint64_t index) const override {
    released_.wait();
    return NumberSource::sample(epoch, index);
  }
  void release() { release_.set_value(); }

 private:
  std::promise<void> release_;
  std::shared_future<void> released_ = release_.get_future().share();
};

TEST(Loader, StopsWaitingWhenAskedAndLosesNothing) {
  const auto source = std::make_shared<HeldSource>();
  const auto mixture =
      std::make_shared<Mixture>(std::vector<std::shared_ptr<const Source>>{source}, Cycle{0}, 3);
  Loader loader(mixture, {.batch_size = 2});
  std::stop_source stop;
  stop.request_stop();
  EXPECT_THROW(loader.next(stop.get_token()), Cancelled);
  source->release();
  EXPECT_EQ(take(loader, 3), take(mixture, {.batch_size = 2}, 3));
}

// Takes its time.
class SlowSource : public NumberSource {
 public:
  SlowSource() : NumberSource("slow", 1000) {}
  Sample sample(uint64_t epoch, uint64_t index) const override {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    return NumberSource::sample(epoch, index);
  }
};

TEST(Loader, EndsWithoutReadingWhatItHadPlanned) {
  const auto source = std::make_shared<SlowSource>();
  const auto mixture =
      std::make_shared<Mixture>(std::vector<std::shared_ptr<const Source>>{source}, Cycle{0}, 3);
  { Loader loader(mixture, {.batch_size = 100, .num_threads = 2, .prefetch = 50}); }
  EXPECT_LT(source->num_asked, 2500) << "of 5000";
}

TEST(Loader, ReadsNoFurtherAheadThanItMay) {
  const auto source = std::make_shared<NumberSource>("a", 1000);
  const auto mixture =
      std::make_shared<Mixture>(std::vector<std::shared_ptr<const Source>>{source}, Cycle{0}, 3);
  Loader loader(mixture, {.batch_size = 4, .num_threads = 4, .prefetch = 3});
  take(loader, 5);
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_EQ(source->num_asked, 5 * 4 + 3 * 4);
}

TEST(Loader, MeasuresHowLongItWaited) {
  const auto source = std::make_shared<HeldSource>();
  const auto mixture =
      std::make_shared<Mixture>(std::vector<std::shared_ptr<const Source>>{source}, Cycle{0}, 3);
  Loader loader(mixture, {});
  std::jthread releaser([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(60));
    source->release();
  });
  loader.next();
  EXPECT_GT(loader.report().wait_seconds, 0.03);
  EXPECT_LT(loader.report().wait_seconds, 30);
}

TEST(LoaderConfig, RefusesWhatCannotBe) {
  const auto error = [](const LoaderConfig& config) {
    return error_of([&] { Loader(make_mixture(), config); });
  };
  EXPECT_EQ(error({.batch_size = 0}), "a batch cannot have 0 samples");
  EXPECT_EQ(error({.rank = 2, .num_ranks = 2}), "there is no rank 2 of 2");
  EXPECT_EQ(error({.num_threads = 0}),
            "samples cannot be read by 0 threads; 1 to 1024 are possible");
  EXPECT_EQ(error({.prefetch = 0}), "0 batches of 1 samples cannot be read ahead");
  EXPECT_EQ(error({.preparations = {{}}}), "there are 1 preparations for 3 sources");
}

}  // namespace
}  // namespace unipic::data
