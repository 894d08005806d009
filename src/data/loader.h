#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "data/buckets.h"
#include "data/loader_state.h"
#include "data/mixture.h"

namespace unipic::data {

struct LoaderConfig {
  int64_t batch_size = 1;  // Samples a batch on this rank.
  int64_t rank = 0;
  int64_t num_ranks = 1;
  int64_t num_threads = 2;
  // Batches made ready before they are asked for; their samples are held in memory.
  int64_t prefetch = 2;
  // One for each source, or none at all: then images keep their sizes.
  std::vector<Preparation> preparations = {};

  // Throws `UsageError`.
  void validate(const Mixture& mixture) const;
};

// The samples of one turn: all from one source and, if it has buckets, of one of them.
struct Batch {
  uint64_t turn = 0;
  uint32_t source = 0;
  size_t bucket = 0;
  std::vector<Sample> samples;

  bool operator==(const Batch&) const = default;
};

// What came of the samples that went into batches since the loader was made.
struct LoaderReport {
  uint64_t num_samples = 0;
  uint64_t num_skipped = 0;              // Samples of no use, each replaced by another.
  std::vector<std::string> last_errors;  // What was wrong with the latest of them, at most 10.
  double wait_seconds = 0;               // Spent in `next` waiting for samples.
};

// Reads a rank's batches of a mixture ahead of time, in its order, whatever the number of threads.
// Rank r of n takes samples r, r + n, ... of each source. A turn's batch is the next `batch_size`
// of them or, with buckets, the first bucket that is filled; what is left in other buckets waits
// for a later turn of that source. A sample of no use is replaced by the next one in the source's
// own order. Members are called by one thread at a time.
class Loader {
 public:
  // Begins to read, from `saved` if given. Throws `UsageError` for a wrong config and `Error` as
  // `resume` throws.
  Loader(std::shared_ptr<const Mixture> mixture, const LoaderConfig& config);
  Loader(std::shared_ptr<const Mixture> mixture, const LoaderConfig& config,
         const LoaderState& saved);
  // Waits for the samples that are being read, at most one a thread.
  ~Loader();

  // Waits for the next batch. Throws `Cancelled` if a stop is requested meanwhile; no sample is
  // lost and it may be called again. If a source fails, or gives 100 samples of no use in a row,
  // throws its `Error`, then and at every further call.
  Batch next(const std::stop_token& stop = {});

  // After the batches that were handed out; what was only read ahead does not matter.
  LoaderState state() const;
  const LoaderReport& report() const;

 private:
  class Streams;
  std::unique_ptr<Streams> streams_;
};

}  // namespace unipic::data
