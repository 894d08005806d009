#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "data/buckets.h"
#include "data/shuffled_sources.h"

namespace unipic::data {

// A sample that was read and prepared, and what was wrong with those it stands in for.
struct Fetched {
  Sample sample;
  size_t bucket = 0;
  std::vector<std::string> errors;
};

// Sample `number` of source `source_number`. One of no use is replaced by the next of the source's
// own order, the first following the last. Throws `Error` after 100 of them, or as many as the
// source has.
Fetched fetch(const ShuffledSources& sources, uint32_t source_number, uint64_t number,
              const Preparation& preparation);

}  // namespace unipic::data
