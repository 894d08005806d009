#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace unipic::text {

// `left` followed by `right` becomes `result`.
struct BpeMerge {
  int32_t left, right, result;
};

// Byte-pair encoding on token ids, none negative: joins neighbours, best merge first and of equal
// ones the leftmost, until no merge applies. O(n log n) in the length of a word. Constant once
// made, so that several threads may use it.
class BpeMerges {
 public:
  // Best first. Of two merges of the same pair the later one counts.
  explicit BpeMerges(std::vector<BpeMerge> merges);

  // What `apply` needs for the time of a call; kept between calls to save allocations.
  struct Scratch {
    struct Symbol {
      int32_t id;
      uint32_t previous, next;
    };
    std::vector<Symbol> symbols;
    std::vector<uint64_t> candidates;
  };

  // Replaces the ids of one word, fewer than 2^31, by those after all merges.
  void apply(std::vector<int32_t>& word, Scratch& scratch) const;

 private:
  struct Slot {
    uint64_t pair;
    uint32_t rank;
  };

  // The place of `pair`'s slot, or of the empty one where it would be.
  size_t slot_of(uint64_t pair) const;
  // The rank of the merge of `left` and `right`, kNone without one.
  uint32_t rank_of(int32_t left, int32_t right) const;
  void push_candidate(Scratch& scratch, uint32_t position) const;
  void merge_at(Scratch& scratch, uint32_t position, int32_t result) const;

  std::vector<BpeMerge> merges_;
  std::vector<Slot> slots_;  // Open addressing, a power of two of them, at most half full.
};

}  // namespace unipic::text
