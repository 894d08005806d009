#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "data/mixture.h"

namespace unipic::data {

// How far a loader is with one source. The numbers count the source's samples on this rank.
struct StreamState {
  uint64_t next = 0;  // The first sample that has not been taken yet.
  // Those before it that were taken but not handed out: they wait for their batch to fill.
  // Ascending.
  std::vector<uint64_t> unfinished;

  bool operator==(const StreamState&) const = default;
};

// Where a loader stands, and what that depends on.
struct LoaderState {
  uint64_t turn = 0;                 // The next one.
  std::vector<StreamState> streams;  // One a source.

  uint64_t seed = 0;
  Cycle cycle;
  std::vector<uint64_t> sizes;  // Of the sources; 0 for endless ones.
  int64_t batch_size = 1;
  int64_t rank = 0;
  int64_t num_ranks = 1;

  bool operator==(const LoaderState&) const = default;
};

// The state at the beginning.
LoaderState first_state(const Mixture& mixture, int64_t batch_size, int64_t rank,
                        int64_t num_ranks);

// `saved` for the loader that `fresh` is the first state of. The number of ranks may be another if
// all of them together take as many samples in a turn, and no batch was part filled. Throws `Error`
// if the order of the samples would be another one.
LoaderState resume(const LoaderState& saved, const LoaderState& fresh, const Mixture& mixture);

Json to_json(const LoaderState& state);
// Throws `Error` that begins with `where` unless `json` is what `to_json` gave.
LoaderState loader_state_from_json(const Json& json, std::string_view where);

}  // namespace unipic::data
