#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "data/scenes/compose.h"

namespace unipic::scenes {

// One clause of what a GenEval prompt asks for.
struct ObjectRequest {
  std::string class_name;
  int count = 1;
  std::optional<Colour> colour;
  // This relation to the objects of an earlier clause.
  std::optional<std::pair<Relation, size_t>> position;

  bool operator==(const ObjectRequest&) const = default;
};

// The `include` clauses of a line of GenEval's evaluation_metadata.jsonl. Throws `Error`, naming
// `where`, for a class that is not in the catalogue, another colour or relation, or more than 16
// objects.
std::vector<ObjectRequest> read_requests(const Json& metadata, const Catalogue& catalogue,
                                         std::string_view where);

// A scene that shows what is asked and nothing else, held out or not; classes without a colour of
// their own get one. Throws `Error` if the requests cannot be met in one scene.
Scene scene_for(std::span<const ObjectRequest> requests, const Catalogue& catalogue,
                const SampleKey& key);

}  // namespace unipic::scenes
