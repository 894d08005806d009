#include "data/fetch.h"

#include <algorithm>

#include "base/check.h"

namespace unipic::data {
namespace {

constexpr uint64_t kMaxAttempts = 100;

// Prepares into `fetched`, or adds to its errors.
bool try_sample(const Source& source, const SamplePlace& place, const Preparation& preparation,
                Fetched& fetched) {
  try {
    fetched.sample = source.sample(place.epoch, place.index);
    fetched.bucket = prepare(fetched.sample, preparation);
    return true;
  } catch (const SampleError& error) {
    fetched.errors.emplace_back(error.what());
    return false;
  }
}

}  // namespace

Fetched fetch(const ShuffledSources& sources, uint32_t source_number, uint64_t number,
              const Preparation& preparation) {
  const auto& source = *sources.sources()[source_number];
  const uint64_t size = source.size().value_or(UINT64_MAX);
  const uint64_t max_attempts = std::min(kMaxAttempts, size);
  auto place = sources.place(source_number, number);
  Fetched fetched;
  while (!try_sample(source, place, preparation, fetched)) {
    check(fetched.errors.size() < max_attempts,
          "{}: {} samples in a row are of no use; the first: {}", source.name(), max_attempts,
          fetched.errors.front());
    place.index = (place.index + 1) % size;
  }
  return fetched;
}

}  // namespace unipic::data
