#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "data/scenes/labels.h"
#include "eval/geneval/summary.h"
#include "eval/scenes/records.h"

namespace unipic::eval {

// Least accuracy of a detector whose verdicts count.
inline constexpr double kTrustedAccuracy = 0.99;

// The right ones among some items, and among those of them with and without held-out combinations.
struct SplitShare {
  Share all, seen, held_out;

  void add(const Record& record);
};

// One part of the suite.
struct PartScore {
  std::vector<std::pair<std::string, SplitShare>> categories;  // as they first appeared
  SplitShare items;

  void add(const Record& record);
  // The mean of the categories' shares, as GenEval's score is the mean of its tags'.
  double score() const;
};

// How well the judge sees scenes that it never saw, drawn exactly.
struct DetectorScore {
  scenes::Recognition likely;  // by GenEval's threshold of 0.3
  scenes::Recognition sure;    // by the one for counting, 0.9

  // The lower of both accuracies.
  double accuracy() const;
  bool is_trusted() const { return accuracy() >= kTrustedAccuracy; }
};

struct SceneReport {
  std::map<std::string, PartScore> parts;  // "geneval", "edit", "qa"; those that were run
  DetectorScore detector;
};

// One object with "geneval", "edit", "qa" (null if not run) and "detector" from 0 to 1, "counts",
// which is whether the detector is trusted, and "seen", "held_out" and "categories" with the
// figures of each.
Json to_json(const SceneReport& report);

// The same for people, in lines of at most 80 characters; the last one has no end.
std::string table_of(const SceneReport& report);

}  // namespace unipic::eval
