#pragma once

#include <cstdint>

namespace unipic::data {

// A shuffled order of the numbers below `size`, without memory: a Feistel network with Philox as
// its round function, walked until it lands below `size`.
class IndexOrder {
 public:
  // The order depends on all arguments. `size` is at least 1.
  IndexOrder(uint64_t seed, uint32_t source, uint32_t epoch, uint64_t size);

  // The number at `place` (less than `size`) of the order.
  uint64_t at(uint64_t place) const;

 private:
  uint64_t encrypt(uint64_t value) const;

  uint64_t seed_;
  uint32_t source_;
  uint32_t epoch_;
  uint64_t size_;
  int half_bits_;
};

}  // namespace unipic::data
