#include "eval/geneval/detection.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace unipic::eval {
namespace {

// Keeps a box only if it overlaps no better one that was kept.
void remove_overlaps(std::vector<Detection>& best_first, float max_overlap) {
  std::vector<Detection> kept;
  for (auto& candidate : best_first) {
    const bool apart = std::ranges::all_of(kept, [&](const Detection& better) {
      return intersection_over_union(better.box, candidate.box) < max_overlap;
    });
    if (apart) kept.push_back(std::move(candidate));
  }
  best_first = std::move(kept);
}

}  // namespace

void GenEvalOptions::validate() const {
  check_usage(score_threshold >= 0 && counting_score_threshold >= 0,
              "score thresholds {} and {}: must not be negative", score_threshold,
              counting_score_threshold);
  check_usage(max_objects >= 1, "at most {} objects of a class: must be 1 or more", max_objects);
  check_usage(max_overlap > 0, "max overlap {}: must be above 0", max_overlap);
  check_usage(position_tolerance >= 0, "position tolerance {}: must not be negative",
              position_tolerance);
}

Objects select_objects(std::vector<Detection> detections, std::string_view tag,
                       const GenEvalOptions& options) {
  options.validate();
  const float threshold =
      tag == "counting" ? options.counting_score_threshold : options.score_threshold;
  std::erase_if(detections, [&](const Detection& d) { return !(d.score > threshold); });
  std::ranges::stable_sort(detections, std::ranges::greater{}, &Detection::score);

  Objects objects;
  for (auto& detection : detections) {
    auto& of_class = objects[detection.class_name];
    if (static_cast<int64_t>(of_class.size()) < options.max_objects) {
      of_class.push_back(std::move(detection));
    }
  }
  if (options.max_overlap < 1) {
    for (auto& [name, of_class] : objects) remove_overlaps(of_class, options.max_overlap);
  }
  return objects;
}

}  // namespace unipic::eval
