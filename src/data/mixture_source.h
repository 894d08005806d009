#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "data/source.h"

namespace unipic::data {

// Whose turn it is, by number; repeats for ever.
using Cycle = std::vector<uint32_t>;

// Turns in the ratio of `weights`, spread evenly over the shortest cycle of at most 1000 turns that
// keeps the ratio; if none does, rounded to thousandths, but every positive weight has a turn.
// Throws `UsageError` if a weight is negative or not finite, or all are zero.
Cycle cycle_of_weights(const std::vector<double>& weights);

// Samples of several sources in the ratio of `weights`, without end; each source is shuffled anew
// in each of its epochs. A pure function of the seed, the weights and the sources. Throws
// `UsageError` as `cycle_of_weights` does, for an empty source, and unless each part has a weight.
std::unique_ptr<Source> mixture_source(std::string name,
                                       std::vector<std::shared_ptr<const Source>> parts,
                                       const std::vector<double>& weights, uint64_t seed);

}  // namespace unipic::data
