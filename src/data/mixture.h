#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "data/source.h"

namespace unipic::data {

// Sources take turns: in each turn all samples come from one source. A cycle lists whose turn it
// is, by number, and repeats for ever.
using Cycle = std::vector<uint32_t>;

// Source 0 has repeats[0] turns, then source 1 has repeats[1], and so on. Throws `UsageError` if
// one is negative, or all are zero, or they make more than 10000 turns.
Cycle cycle_of_repeats(const std::vector<int64_t>& repeats);

// Turns in the ratio of `weights`, spread evenly over the shortest cycle of at most 1000 turns that
// keeps the ratio; if none does, rounded to thousandths, but every positive weight has a turn.
// Throws `UsageError` if a weight is negative or not finite, or all are zero.
Cycle cycle_of_weights(const std::vector<double>& weights);

// Where a sample stands in its source.
struct SamplePlace {
  uint64_t epoch = 0;
  uint64_t index = 0;

  bool operator==(const SamplePlace&) const = default;
};

// An endless order of the samples of several sources: a pure function of the seed, the sources'
// sizes and the cycle. Every source is shuffled anew in each of its epochs; endless ones count up.
class Mixture {
 public:
  // Throws `UsageError` if there are no sources, one is empty, or the cycle names one that is not
  // there.
  Mixture(std::vector<std::shared_ptr<const Source>> sources, Cycle cycle, uint64_t seed);

  const std::vector<std::shared_ptr<const Source>>& sources() const { return sources_; }
  const Cycle& cycle() const { return cycle_; }
  uint64_t seed() const { return seed_; }

  // Whose turn `turn` is.
  uint32_t source_of(uint64_t turn) const { return cycle_[turn % cycle_.size()]; }
  // How many of the turns before `turn` are `source`'s.
  uint64_t turns_before(uint64_t turn, uint32_t source) const;

  // Sample `number`, counted from 0 over all epochs, of the shuffled `source`.
  SamplePlace place(uint32_t source, uint64_t number) const;

  // Sample `item` of turn `turn` if every turn takes `turn_size` samples. Rank r of n takes the
  // items r, r + n, r + 2n, ... of each turn; so the turns are the same for any number of ranks.
  SamplePlace place_in_turn(uint64_t turn, uint64_t item, uint64_t turn_size) const;

 private:
  std::vector<std::shared_ptr<const Source>> sources_;
  Cycle cycle_;
  uint64_t seed_;
  std::vector<std::vector<uint64_t>> turns_in_cycle_;  // Of each source, ascending.
};

}  // namespace unipic::data
