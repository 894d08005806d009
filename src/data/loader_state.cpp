#include "data/loader_state.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace unipic::data {
namespace {

const Json& list_of(const Json& json, std::string_view key, std::string_view where) {
  const auto member = json.is_object() ? json.find(key) : json.end();
  const bool found = json.is_object() && member != json.end() && member->is_array();
  check(found, "{}: '{}' is not a list", where, key);
  return *member;
}

uint64_t to_number(const Json& json, std::string_view where) {
  check(json.is_number_unsigned(), "{}: {} is not a whole number", where, json.type_name());
  return json.get<uint64_t>();
}

uint64_t number_of(const Json& json, std::string_view key, std::string_view where) {
  check(json.is_object() && json.contains(key), "{}: '{}' is missing", where, key);
  return to_number(json[std::string(key)], where);
}

std::vector<uint64_t> numbers_of(const Json& json, std::string_view key, std::string_view where) {
  std::vector<uint64_t> numbers;
  for (const auto& number : list_of(json, key, where)) numbers.push_back(to_number(number, where));
  return numbers;
}

StreamState stream_from_json(const Json& json, std::string_view where) {
  StreamState stream{.next = number_of(json, "next", where),
                     .unfinished = numbers_of(json, "unfinished", where)};
  const auto& unfinished = stream.unfinished;
  const bool ascending =
      std::ranges::adjacent_find(unfinished, std::greater_equal()) == unfinished.end();
  check(ascending && (unfinished.empty() || unfinished.back() < stream.next),
        "{}: the unfinished samples are not in order", where);
  return stream;
}

void check_ranks(const LoaderState& state, std::string_view where) {
  constexpr int64_t kMax = 1 << 30;
  const bool possible = state.batch_size > 0 && state.batch_size <= kMax && state.rank >= 0 &&
                        state.rank < state.num_ranks && state.num_ranks <= kMax;
  check(possible, "{}: batches of {} on rank {} of {} are not possible", where, state.batch_size,
        state.rank, state.num_ranks);
}

bool has_same_order(const LoaderState& a, const LoaderState& b) {
  return a.seed == b.seed && a.cycle == b.cycle && a.sizes == b.sizes &&
         a.streams.size() == b.streams.size();
}

bool is_same_rank(const LoaderState& a, const LoaderState& b) {
  return a.batch_size == b.batch_size && a.rank == b.rank && a.num_ranks == b.num_ranks;
}

uint64_t num_taken(const LoaderState& state, uint32_t source, const Mixture& mixture) {
  return mixture.turns_before(state.turn, source) * static_cast<uint64_t>(state.batch_size);
}

// Whether every turn has taken one whole batch and no more.
bool is_between_turns(const LoaderState& state, const Mixture& mixture) {
  for (uint32_t source = 0; source < state.streams.size(); ++source) {
    const auto& stream = state.streams[source];
    if (!stream.unfinished.empty() || stream.next != num_taken(state, source, mixture))
      return false;
  }
  return true;
}

}  // namespace

LoaderState first_state(const Mixture& mixture, int64_t batch_size, int64_t rank,
                        int64_t num_ranks) {
  LoaderState state{.streams = std::vector<StreamState>(mixture.sources().size()),
                    .seed = mixture.seed(),
                    .cycle = mixture.cycle(),
                    .sizes = {},
                    .batch_size = batch_size,
                    .rank = rank,
                    .num_ranks = num_ranks};
  for (const auto& source : mixture.sources()) state.sizes.push_back(source->size().value_or(0));
  return state;
}

LoaderState resume(const LoaderState& saved, const LoaderState& fresh, const Mixture& mixture) {
  check(saved.seed == fresh.seed, "the data was read with seed {}, cannot go on with seed {}",
        saved.seed, fresh.seed);
  check(has_same_order(saved, fresh),
        "the sources, their sizes or their turns are not those that the data was read with");
  if (is_same_rank(saved, fresh)) return saved;
  const auto saved_turn = saved.batch_size * saved.num_ranks;
  const auto fresh_turn = fresh.batch_size * fresh.num_ranks;
  check(saved_turn == fresh_turn,
        "the data was read with {} samples a turn on all ranks, cannot go on with {}", saved_turn,
        fresh_turn);
  check(is_between_turns(saved, mixture),
        "batches of one bucket were part filled: the data can only be read on as rank {} of {} "
        "with batches of {}",
        saved.rank, saved.num_ranks, saved.batch_size);
  auto state = fresh;
  state.turn = saved.turn;
  for (uint32_t source = 0; source < state.streams.size(); ++source) {
    state.streams[source].next = num_taken(state, source, mixture);
  }
  return state;
}

Json to_json(const LoaderState& state) {
  auto streams = Json::array();
  for (const auto& stream : state.streams) {
    streams.push_back({{"next", stream.next}, {"unfinished", stream.unfinished}});
  }
  return {{"turn", state.turn},   {"streams", std::move(streams)}, {"seed", state.seed},
          {"cycle", state.cycle}, {"sizes", state.sizes},          {"batch_size", state.batch_size},
          {"rank", state.rank},   {"num_ranks", state.num_ranks}};
}

LoaderState loader_state_from_json(const Json& json, std::string_view where) {
  LoaderState state{.turn = number_of(json, "turn", where),
                    .streams = {},
                    .seed = number_of(json, "seed", where),
                    .cycle = {},
                    .sizes = numbers_of(json, "sizes", where),
                    .batch_size = json_get<int64_t>(json, "batch_size", where),
                    .rank = json_get<int64_t>(json, "rank", where),
                    .num_ranks = json_get<int64_t>(json, "num_ranks", where)};
  check_ranks(state, where);
  for (const auto number : numbers_of(json, "cycle", where)) {
    check(number <= UINT32_MAX, "{}: {} is not a source", where, number);
    state.cycle.push_back(static_cast<uint32_t>(number));
  }
  for (const auto& stream : list_of(json, "streams", where)) {
    state.streams.push_back(stream_from_json(stream, where));
  }
  return state;
}

}  // namespace unipic::data
