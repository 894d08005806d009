#pragma once

#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

namespace unipic {

// What one sample of a data set is drawn from. `lane` separates draws that must not depend on how
// many numbers another part of the sample took (the scene, its caption, an edit of it...).
struct SampleKey {
  uint64_t seed = 0;
  uint32_t epoch = 0;
  uint64_t index = 0;
  uint8_t lane = 0;

  // The same sample's numbers for another purpose.
  SampleKey with_lane(uint8_t other) const {
    SampleKey key = *this;
    key.lane = other;
    return key;
  }
  bool operator==(const SampleKey&) const = default;
};

// Random numbers that are a pure function of a key: the same on every machine, whatever was drawn
// for other keys before. At most 2^26 numbers a key. Not for several threads at once.
class RandomStream {
 public:
  explicit RandomStream(const SampleKey& key) : key_(key) {}

  uint32_t bits();
  uint64_t bits64();
  // Each of 0..count-1 equally likely, exactly. `count` is at least 1.
  uint32_t below(uint32_t count);
  // Each of first..last equally likely.
  int between(int first, int last);
  // In [0, 1), in steps of 2^-32.
  double unit();
  // In [low, high).
  double uniform(double low, double high) { return low + (high - low) * unit(); }
  bool chance(double probability) { return unit() < probability; }
  // The index of a weight, as likely as the weight's share of their sum, which is above 0.
  size_t weighted(std::span<const double> weights);

  // An element of `items`, which is not empty.
  template <typename Items>
  const auto& choose(const Items& items) {
    assert(!std::empty(items));
    return items[below(static_cast<uint32_t>(std::size(items)))];
  }
  // Puts `items` into an order of which each is equally likely (Fisher-Yates).
  template <typename Items>
  void shuffle(Items& items) {
    for (size_t last = std::size(items); last-- > 1;) {
      std::swap(items[last], items[below(static_cast<uint32_t>(last + 1))]);
    }
  }

 private:
  SampleKey key_;
  uint32_t block_ = 0;
  size_t used_ = 4;
  std::array<uint32_t, 4> numbers_{};
};

}  // namespace unipic
