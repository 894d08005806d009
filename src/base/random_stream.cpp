#include "base/random_stream.h"

#include "base/philox.h"

namespace unipic {

uint32_t RandomStream::bits() {
  if (used_ == numbers_.size()) {
    assert(block_ < uint32_t{1} << 24);
    const uint32_t counter = (uint32_t{key_.lane} << 24) | block_++;
    numbers_ = philox(key_.seed, {counter, static_cast<uint32_t>(key_.index),
                                  static_cast<uint32_t>(key_.index >> 32), key_.epoch});
    used_ = 0;
  }
  return numbers_[used_++];
}

uint64_t RandomStream::bits64() {
  const uint64_t high = bits();
  return (high << 32) | bits();
}

// Multiply and shift, redrawing the few numbers that would make some results likelier than others
// (Lemire 2019).
uint32_t RandomStream::below(uint32_t count) {
  assert(count > 0);
  const uint32_t surplus = (0U - count) % count;
  uint64_t product = uint64_t{bits()} * count;
  while (static_cast<uint32_t>(product) < surplus) product = uint64_t{bits()} * count;
  return static_cast<uint32_t>(product >> 32);
}

int RandomStream::between(int first, int last) {
  assert(first <= last);
  return first + static_cast<int>(below(static_cast<uint32_t>(last - first) + 1));
}

double RandomStream::unit() { return bits() * 0x1p-32; }

size_t RandomStream::weighted(std::span<const double> weights) {
  double sum = 0;
  for (const double weight : weights) sum += weight;
  assert(sum > 0);
  double left = unit() * sum;
  size_t last = 0;
  for (size_t i = 0; i < weights.size(); ++i) {
    if (weights[i] <= 0) continue;
    last = i;
    if (left < weights[i]) return i;
    left -= weights[i];
  }
  return last;  // rounding
}

}  // namespace unipic
