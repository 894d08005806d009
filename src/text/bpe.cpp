#include "text/bpe.h"

#include <algorithm>
#include <bit>
#include <functional>
#include <utility>

namespace unipic::text {
namespace {

constexpr uint32_t kNone = UINT32_MAX;
constexpr uint64_t kNoPair = UINT64_MAX;

uint64_t pair_of(int32_t left, int32_t right) {
  return static_cast<uint64_t>(left) << 32 | static_cast<uint32_t>(right);
}

size_t hash(uint64_t pair) {
  pair *= 0x9E3779B97F4A7C15u;
  return static_cast<size_t>(pair ^ pair >> 32);
}

// Candidates sort by rank, then by place.
uint64_t candidate(uint32_t rank, uint32_t position) {
  return static_cast<uint64_t>(rank) << 32 | position;
}

}  // namespace

BpeMerges::BpeMerges(std::vector<BpeMerge> merges)
    : merges_(std::move(merges)),
      slots_(std::bit_ceil(2 * merges_.size() + 2), Slot{kNoPair, kNone}) {
  for (uint32_t rank = 0; rank < merges_.size(); ++rank) {
    const auto pair = pair_of(merges_[rank].left, merges_[rank].right);
    slots_[slot_of(pair)] = {pair, rank};
  }
}

size_t BpeMerges::slot_of(uint64_t pair) const {
  size_t at = hash(pair) & (slots_.size() - 1);
  while (slots_[at].pair != pair && slots_[at].pair != kNoPair) at = (at + 1) & (slots_.size() - 1);
  return at;
}

uint32_t BpeMerges::rank_of(int32_t left, int32_t right) const {
  // An empty slot has the rank kNone.
  return slots_[slot_of(pair_of(left, right))].rank;
}

void BpeMerges::push_candidate(Scratch& scratch, uint32_t position) const {
  const auto& left = scratch.symbols[position];
  if (left.next == kNone) return;
  const uint32_t rank = rank_of(left.id, scratch.symbols[left.next].id);
  if (rank == kNone) return;
  scratch.candidates.push_back(candidate(rank, position));
  std::push_heap(scratch.candidates.begin(), scratch.candidates.end(), std::greater<>());
}

// Unlinks the symbol after `position`, whose id can then be in no pair.
void BpeMerges::merge_at(Scratch& scratch, uint32_t position, int32_t result) const {
  auto& symbols = scratch.symbols;
  auto& left = symbols[position];
  auto& right = symbols[left.next];
  left.id = result;
  left.next = std::exchange(right.next, kNone);
  right.id = -1;
  if (left.next != kNone) symbols[left.next].previous = position;
  push_candidate(scratch, position);
  if (left.previous != kNone) push_candidate(scratch, left.previous);
}

void BpeMerges::apply(std::vector<int32_t>& word, Scratch& scratch) const {
  auto& [symbols, candidates] = scratch;
  symbols.clear();
  candidates.clear();
  for (uint32_t at = 0; at < word.size(); ++at) {
    symbols.push_back({word[at], at == 0 ? kNone : at - 1, at + 1 < word.size() ? at + 1 : kNone});
  }
  for (uint32_t at = 0; at < word.size(); ++at) push_candidate(scratch, at);
  while (!candidates.empty()) {
    std::pop_heap(candidates.begin(), candidates.end(), std::greater<>());
    const auto best = candidates.back();
    candidates.pop_back();
    const auto& merge = merges_[best >> 32];
    const auto position = static_cast<uint32_t>(best);
    const auto& left = symbols[position];
    // Neighbours may have been merged with others since.
    if (left.id != merge.left || left.next == kNone || symbols[left.next].id != merge.right)
      continue;
    merge_at(scratch, position, merge.result);
  }
  word.clear();
  for (uint32_t at = symbols.empty() ? kNone : 0; at != kNone; at = symbols[at].next) {
    word.push_back(symbols[at].id);
  }
}

}  // namespace unipic::text
