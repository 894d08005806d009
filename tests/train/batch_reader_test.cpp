#include "train/batch_reader.h"

#include <gtest/gtest.h>

#include <set>

#include "data/number_source.h"
#include "support/error.h"

namespace unipic::train {
namespace {

using test::NumberSource;

std::shared_ptr<const data::ShuffledSources> shuffled(std::shared_ptr<const data::Source> source,
                                                      uint64_t seed = 3) {
  return std::make_shared<const data::ShuffledSources>(std::vector{std::move(source)}, seed);
}

std::string caption_of(const data::Sample& sample) {
  return std::get<data::TextToImage>(sample).caption;
}

std::vector<std::string> captions_of(const SampleBatch& batch) {
  std::vector<std::string> captions;
  for (const auto& sample : batch.samples) captions.push_back(caption_of(sample));
  return captions;
}

TEST(BatchReader, ReadsTheSameWithAnyNumberOfThreadsAndFromAnyBatchOn) {
  const auto source = std::make_shared<NumberSource>("n", 20, std::set<uint64_t>{4, 11});
  const auto read_all = [&](int64_t num_threads, uint64_t first) {
    BatchReaderOptions options = {.batch_size = 3};
    if (num_threads > 0) options.threads = std::make_shared<BackgroundThreads>(num_threads);
    BatchReader reader(shuffled(source), 0, options);
    std::vector<std::pair<std::vector<std::string>, std::vector<std::string>>> batches;
    for (uint64_t number = first; number < 12; ++number) {
      const auto batch = reader.read(number);
      batches.emplace_back(captions_of(batch), batch.skipped);
    }
    return batches;
  };
  const auto straight = read_all(0, 0);
  EXPECT_EQ(read_all(1, 0), straight);
  EXPECT_EQ(read_all(4, 0), straight);
  const auto resumed = read_all(3, 5);
  EXPECT_TRUE(std::equal(resumed.begin(), resumed.end(), straight.begin() + 5));
}

TEST(BatchReader, GoesThroughEverySampleOnceAnEpochInAnotherOrder) {
  BatchReader reader(shuffled(std::make_shared<NumberSource>("n", 12)), 0, {.batch_size = 4});
  std::vector<std::vector<std::string>> epochs(2);
  for (uint64_t number = 0; number < 6; ++number) {
    for (auto& caption : captions_of(reader.read(number))) {
      epochs[number / 3].push_back(caption.substr(caption.find('.')));
    }
  }
  EXPECT_NE(epochs[0], epochs[1]);
  EXPECT_EQ(std::set(epochs[0].begin(), epochs[0].end()).size(), 12U);
  EXPECT_EQ(std::set(epochs[1].begin(), epochs[1].end()).size(), 12U);
}

TEST(BatchReader, GivesRanksPartsOfTheBatchesOfOneAndReadsNoMore) {
  const auto source = std::make_shared<NumberSource>("n", 50);
  const auto threads = std::make_shared<BackgroundThreads>(2);
  BatchReader one(shuffled(source), 0, {.batch_size = 3});
  const auto shared = std::make_shared<NumberSource>("n", 50);
  {
    BatchReader second(shuffled(shared), 0, {.batch_size = 3, .threads = threads});
    for (uint64_t number = 0; number < 12; ++number) {
      const auto all = captions_of(one.read(number));
      EXPECT_EQ(captions_of(second.read(number, {.first = 1, .count = 2})),
                (std::vector{all[1], all[2]}));
    }
  }
  EXPECT_GE(shared->num_asked, 24);
  EXPECT_LE(shared->num_asked, 30);
}

TEST(BatchReader, ReadsAheadWhatComesNextAndNothingTwice) {
  const auto source = std::make_shared<NumberSource>("n", 100);
  {
    const auto threads = std::make_shared<BackgroundThreads>(2);
    BatchReader reader(shuffled(source), 0, {.batch_size = 2, .threads = threads});
    for (uint64_t number = 0; number < 10; ++number) reader.read(number);
  }
  EXPECT_GE(source->num_asked, 20);
  EXPECT_LE(source->num_asked, 26);
}

TEST(BatchReader, NamesWhatWasLeftOut) {
  const auto source = std::make_shared<NumberSource>("n", 5, std::set<uint64_t>{2});
  BatchReader reader(shuffled(source), 0, {.batch_size = 5});
  const auto batch = reader.read(0);
  EXPECT_EQ(batch.skipped, (std::vector<std::string>{"n 2 is bad"}));
  const auto captions = captions_of(batch);
  EXPECT_EQ(std::ranges::count(captions, "n 0.3"), 2) << "the next one takes its place";
}

TEST(BatchReader, FailsEachTimeIfNothingIsOfUse) {
  const auto source = std::make_shared<NumberSource>("n", 2, std::set<uint64_t>{0, 1});
  for (const auto& threads :
       {std::shared_ptr<BackgroundThreads>(), std::make_shared<BackgroundThreads>(2)}) {
    BatchReader reader(shuffled(source), 0, {.batch_size = 2, .threads = threads});
    for (int attempt = 0; attempt < 2; ++attempt) {
      EXPECT_NE(test::error_of([&] { reader.read(0); }).find("are of no use"), std::string::npos);
    }
  }
}

class BucketedBatches : public testing::Test {
 protected:
  // Pictures of 20x10, 10x20 and 10x10 pixels come with the captions; so do the fitting buckets.
  BatchReader reader(std::shared_ptr<BackgroundThreads> threads = {}) const {
    return {shuffled(std::make_shared<NumberSource>("n", 60)),
            0,
            {.batch_size = 5,
             .preparation = {.buckets = {{8, 16}, {12, 12}, {16, 8}}},
             .threads = std::move(threads)}};
  }
};

TEST_F(BucketedBatches, HaveOneSizeEach) {
  auto reader = this->reader();
  std::set<std::pair<int64_t, int64_t>> sizes;
  for (uint64_t number = 0; number < 16; ++number) {
    std::set<std::pair<int64_t, int64_t>> sizes_of_batch;
    for (const auto& sample : reader.read(number).samples) {
      const auto& image = std::get<data::TextToImage>(sample).image;
      sizes_of_batch.emplace(image.width, image.height);
    }
    EXPECT_EQ(sizes_of_batch.size(), 1U) << "batch " << number;
    sizes.merge(sizes_of_batch);
  }
  EXPECT_EQ(sizes, (std::set<std::pair<int64_t, int64_t>>{{8, 16}, {12, 12}, {16, 8}}));
}

TEST_F(BucketedBatches, LeaveNoSampleOut) {
  auto reader = this->reader();
  std::set<std::string> seen;
  // A window of 8 batches of 5 holds 40 samples.
  for (uint64_t number = 0; number < BatchReader::kBatchesAWindow; ++number) {
    for (auto& caption : captions_of(reader.read(number))) seen.insert(std::move(caption));
  }
  EXPECT_EQ(seen.size(), 40U);
}

TEST_F(BucketedBatches, AreTheSameWithThreadsAndFromAnyBatchOn) {
  auto straight = reader();
  auto resumed = reader(std::make_shared<BackgroundThreads>(3));
  std::vector<std::vector<data::Sample>> batches;
  for (uint64_t number = 0; number < 20; ++number) batches.push_back(straight.read(number).samples);
  for (uint64_t number = 13; number < 20; ++number) {
    EXPECT_EQ(resumed.read(number).samples, batches[number]) << "batch " << number;
  }
}

}  // namespace
}  // namespace unipic::train
