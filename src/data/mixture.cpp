#include "data/mixture.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "base/check.h"
#include "data/index_order.h"

namespace unipic::data {
namespace {

constexpr int64_t kMaxRepeats = 10'000;
constexpr int64_t kMaxWeightedTurns = 1000;

// The number of turns each weight has in a cycle of `length`; nothing if that is not exact.
std::vector<int64_t> exact_turns(const std::vector<double>& shares, int64_t length) {
  std::vector<int64_t> turns;
  for (const double share : shares) {
    const double exact = share * static_cast<double>(length);
    turns.push_back(std::llround(exact));
    if (std::abs(exact - static_cast<double>(turns.back())) > 1e-9) return {};
  }
  return turns;
}

std::vector<int64_t> weighted_turns(const std::vector<double>& shares) {
  for (int64_t length = 1; length <= kMaxWeightedTurns; ++length) {
    auto turns = exact_turns(shares, length);
    if (!turns.empty()) return turns;
  }
  std::vector<int64_t> turns;
  for (const double share : shares) {
    const auto rounded = std::llround(share * static_cast<double>(kMaxWeightedTurns));
    turns.push_back(share > 0 ? std::max<int64_t>(rounded, 1) : 0);
  }
  return turns;
}

// In each turn everyone gains their share and the richest pays for the turn: the turns of each are
// spread evenly.
Cycle spread(const std::vector<int64_t>& turns) {
  const auto total = std::accumulate(turns.begin(), turns.end(), int64_t{0});
  std::vector<int64_t> credit(turns.size(), 0);
  Cycle cycle;
  for (int64_t turn = 0; turn < total; ++turn) {
    for (size_t source = 0; source < turns.size(); ++source) credit[source] += turns[source];
    const auto richest = std::ranges::max_element(credit);
    *richest -= total;
    cycle.push_back(static_cast<uint32_t>(richest - credit.begin()));
  }
  return cycle;
}

}  // namespace

Cycle cycle_of_repeats(const std::vector<int64_t>& repeats) {
  Cycle cycle;
  for (size_t source = 0; source < repeats.size(); ++source) {
    check_usage(repeats[source] >= 0, "a source cannot be repeated {} times", repeats[source]);
    const auto room = kMaxRepeats - static_cast<int64_t>(cycle.size());
    check_usage(repeats[source] <= room, "the repeats make more than {} turns", kMaxRepeats);
    cycle.insert(cycle.end(), static_cast<size_t>(repeats[source]), static_cast<uint32_t>(source));
  }
  check_usage(!cycle.empty(), "no source has a turn");
  return cycle;
}

Cycle cycle_of_weights(const std::vector<double>& weights) {
  double sum = 0;
  for (const double weight : weights) {
    check_usage(std::isfinite(weight) && weight >= 0, "{} is not a weight of a source", weight);
    sum += weight;
  }
  check_usage(sum > 0 && std::isfinite(sum), "the weights of the sources add up to {}", sum);
  std::vector<double> shares;
  for (const double weight : weights) shares.push_back(weight / sum);
  return spread(weighted_turns(shares));
}

Mixture::Mixture(std::vector<std::shared_ptr<const Source>> sources, Cycle cycle, uint64_t seed)
    : sources_(std::move(sources)), cycle_(std::move(cycle)), seed_(seed) {
  check_usage(!sources_.empty() && !cycle_.empty(), "a mixture needs a source and a turn");
  for (const auto& source : sources_) {
    check_usage(source->size() != uint64_t{0}, "{}: has no samples", source->name());
  }
  turns_in_cycle_.resize(sources_.size());
  for (size_t turn = 0; turn < cycle_.size(); ++turn) {
    check_usage(cycle_[turn] < sources_.size(), "it is source {}'s turn, of {} sources",
                cycle_[turn], sources_.size());
    turns_in_cycle_[cycle_[turn]].push_back(turn);
  }
}

uint64_t Mixture::turns_before(uint64_t turn, uint32_t source) const {
  const auto& turns = turns_in_cycle_[source];
  const auto in_this_cycle = std::ranges::lower_bound(turns, turn % cycle_.size()) - turns.begin();
  return turn / cycle_.size() * turns.size() + static_cast<uint64_t>(in_this_cycle);
}

SamplePlace Mixture::place(uint32_t source, uint64_t number) const {
  const auto size = sources_[source]->size();
  if (!size) return {.epoch = 0, .index = number};
  const uint64_t epoch = number / *size;
  const IndexOrder order(seed_, source, static_cast<uint32_t>(epoch), *size);
  return {.epoch = epoch, .index = order.at(number % *size)};
}

SamplePlace Mixture::place_in_turn(uint64_t turn, uint64_t item, uint64_t turn_size) const {
  const uint32_t source = source_of(turn);
  return place(source, turns_before(turn, source) * turn_size + item);
}

}  // namespace unipic::data
