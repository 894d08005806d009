#include "data/mixture_source.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "base/check.h"
#include "data/shuffled_sources.h"

namespace unipic::data {
namespace {

constexpr int64_t kMaxTurns = 1000;

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
  for (int64_t length = 1; length <= kMaxTurns; ++length) {
    auto turns = exact_turns(shares, length);
    if (!turns.empty()) return turns;
  }
  std::vector<int64_t> turns;
  for (const double share : shares) {
    const auto rounded = std::llround(share * static_cast<double>(kMaxTurns));
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
    for (size_t part = 0; part < turns.size(); ++part) credit[part] += turns[part];
    const auto richest = std::ranges::max_element(credit);
    *richest -= total;
    cycle.push_back(static_cast<uint32_t>(richest - credit.begin()));
  }
  return cycle;
}

class MixtureSource : public Source {
 public:
  MixtureSource(std::string name, std::vector<std::shared_ptr<const Source>> parts, Cycle cycle,
                uint64_t seed)
      : name_(std::move(name)),
        parts_(std::move(parts), seed),
        cycle_(std::move(cycle)),
        turns_in_cycle_(parts_.sources().size()) {
    for (size_t turn = 0; turn < cycle_.size(); ++turn) {
      turns_in_cycle_[cycle_[turn]].push_back(turn);
    }
  }

  const std::string& name() const override { return name_; }
  std::optional<uint64_t> size() const override { return {}; }

  // There is one epoch, without end.
  Sample sample(uint64_t /*epoch*/, uint64_t index) const override {
    const uint32_t part = cycle_[index % cycle_.size()];
    const auto place = parts_.place(part, turns_before(index, part));
    return parts_.sources()[part]->sample(place.epoch, place.index);
  }

 private:
  // How many of the turns before `turn` are `part`'s.
  uint64_t turns_before(uint64_t turn, uint32_t part) const {
    const auto& turns = turns_in_cycle_[part];
    const auto in_this_cycle =
        std::ranges::lower_bound(turns, turn % cycle_.size()) - turns.begin();
    return turn / cycle_.size() * turns.size() + static_cast<uint64_t>(in_this_cycle);
  }

  const std::string name_;
  const ShuffledSources parts_;
  const Cycle cycle_;
  std::vector<std::vector<uint64_t>> turns_in_cycle_;  // of each part, ascending
};

}  // namespace

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

std::unique_ptr<Source> mixture_source(std::string name,
                                       std::vector<std::shared_ptr<const Source>> parts,
                                       const std::vector<double>& weights, uint64_t seed) {
  check_usage(weights.size() == parts.size(), "{}: {} weights for {} parts", name, weights.size(),
              parts.size());
  return std::make_unique<MixtureSource>(std::move(name), std::move(parts),
                                         cycle_of_weights(weights), seed);
}

}  // namespace unipic::data
