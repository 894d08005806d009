#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "data/source.h"

namespace unipic::data {

// Where a sample stands in its source.
struct SamplePlace {
  uint64_t epoch = 0;
  uint64_t index = 0;

  bool operator==(const SamplePlace&) const = default;
};

// An endless order of the samples of each of several sources: a pure function of the seed, the
// source's number and its size. Every source is shuffled anew in each of its epochs; endless ones
// count up.
class ShuffledSources {
 public:
  // Throws `UsageError` if there are no sources or one is empty.
  ShuffledSources(std::vector<std::shared_ptr<const Source>> sources, uint64_t seed);

  const std::vector<std::shared_ptr<const Source>>& sources() const { return sources_; }
  uint64_t seed() const { return seed_; }

  // Sample `number`, counted from 0 over all epochs, of `source`.
  SamplePlace place(uint32_t source, uint64_t number) const;

 private:
  std::vector<std::shared_ptr<const Source>> sources_;
  uint64_t seed_;
};

}  // namespace unipic::data
