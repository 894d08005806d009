#include "data/shuffled_sources.h"

#include <utility>

#include "base/check.h"
#include "data/index_order.h"

namespace unipic::data {

ShuffledSources::ShuffledSources(std::vector<std::shared_ptr<const Source>> sources, uint64_t seed)
    : sources_(std::move(sources)), seed_(seed) {
  check_usage(!sources_.empty(), "no source to read from");
  for (const auto& source : sources_) {
    check_usage(source->size() != uint64_t{0}, "{}: has no samples", source->name());
  }
}

SamplePlace ShuffledSources::place(uint32_t source, uint64_t number) const {
  const auto size = sources_[source]->size();
  if (!size) return {.epoch = 0, .index = number};
  const uint64_t epoch = number / *size;
  const IndexOrder order(seed_, source, static_cast<uint32_t>(epoch), *size);
  return {.epoch = epoch, .index = order.at(number % *size)};
}

}  // namespace unipic::data
