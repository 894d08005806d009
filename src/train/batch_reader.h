#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/background_threads.h"
#include "data/buckets.h"
#include "data/fetch.h"
#include "data/shuffled_sources.h"
#include "train/batch_share.h"

namespace unipic::train {

// Samples that are learnt from together; their pictures have one size if the reader has buckets.
struct SampleBatch {
  std::vector<data::Sample> samples;
  // What was wrong with the samples that others stand in for.
  std::vector<std::string> skipped;
  double waited_seconds = 0;
};

struct BatchReaderOptions {
  int64_t batch_size = 1;
  // With several, the samples of `kBatchesAWindow` batches are sorted by shape and cut into
  // batches; what comes into one beside its shape is cut to it.
  data::Preparation preparation = {};
  // That read ahead; none: samples are read when they are asked for.
  std::shared_ptr<BackgroundThreads> threads = {};
};

// Batches of one of several sources. What is in a batch is a pure function of its number, of the
// sources and of the options other than the threads. For one thread at a time.
class BatchReader {
 public:
  static constexpr uint64_t kBatchesAWindow = 8;

  BatchReader(std::shared_ptr<const data::ShuffledSources> sources, uint32_t source,
              BatchReaderOptions options);

  // Batch `number`, or `share` of it. The same of those after it are read ahead, so that whoever
  // asks for them next does not wait. Throws `Error` if the source fails or has nothing of use.
  SampleBatch read(uint64_t number) { return read(number, {.count = options_.batch_size}); }
  SampleBatch read(uint64_t number, const BatchShare& share);

 private:
  // The samples of the batches that are made from each other's.
  struct Window {
    std::vector<std::shared_ptr<data::Fetched>> samples;
    std::vector<std::shared_ptr<BackgroundThreads::Job>> jobs;
    std::vector<std::vector<size_t>> batches;  // indices into `samples`; empty until all are read
  };

  uint64_t batches_a_window() const;
  bool has_shapes() const { return options_.preparation.buckets.size() > 1; }
  void start(uint64_t window_number, const BatchShare& share);
  void read_ahead(uint64_t number, const BatchShare& share);
  void finish(Window& window);

  const std::shared_ptr<const data::ShuffledSources> sources_;
  const uint32_t source_;
  const BatchReaderOptions options_;
  std::map<uint64_t, Window> windows_;  // by number
};

}  // namespace unipic::train
