#include "data/index_order.h"

#include <algorithm>
#include <bit>
#include <cassert>

#include "base/philox.h"

namespace unipic::data {
namespace {

constexpr uint32_t kRounds = 8;
// Narrower halves do not give all permutations of few numbers equally often.
constexpr int kMinHalfBits = 4;
constexpr uint32_t kPurpose = 0x6f726472;  // Keeps these numbers apart from others of the seed.

}  // namespace

IndexOrder::IndexOrder(uint64_t seed, uint32_t source, uint32_t epoch, uint64_t size)
    : seed_(seed),
      source_(source),
      epoch_(epoch),
      size_(size),
      half_bits_(std::max(kMinHalfBits, (static_cast<int>(std::bit_width(size - 1)) + 1) / 2)) {
  assert(size > 0);
}

uint64_t IndexOrder::encrypt(uint64_t value) const {
  const uint64_t mask = (uint64_t{1} << half_bits_) - 1;
  uint64_t left = value >> half_bits_;
  uint64_t right = value & mask;
  for (uint32_t round = 0; round < kRounds; ++round) {
    const auto bits =
        philox(seed_, {static_cast<uint32_t>(right), epoch_, source_, kPurpose + round});
    const uint64_t mixed = left ^ (bits[0] & mask);
    left = right;
    right = mixed;
  }
  return (left << half_bits_) | right;
}

uint64_t IndexOrder::at(uint64_t place) const {
  assert(place < size_);
  // The cycle through `place` comes back below `size_`: from 64 numbers on, within 4 steps on
  // average.
  uint64_t value = encrypt(place);
  while (value >= size_) value = encrypt(value);
  return value;
}

}  // namespace unipic::data
