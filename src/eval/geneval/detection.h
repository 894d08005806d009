#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "eval/geneval/geometry.h"

namespace unipic::eval {

// Which pixels of a picture belong to an object, row by row; not 0: belongs.
struct Mask {
  int64_t width = 0;
  int64_t height = 0;
  std::vector<uint8_t> pixels;  // width * height
};

struct Detection {
  std::string class_name;
  Box box;
  float score = 0;
  std::optional<Mask> mask = {};
};

// What counts as an object. The defaults are the published protocol's; other ones give numbers that
// compare with no published ones.
struct GenEvalOptions {
  float score_threshold = 0.3f;           // an object's score must be above it,
  float counting_score_threshold = 0.9f;  // or above this one for prompts that test counting
  int64_t max_objects = 16;               // of a class
  float max_overlap = 1;                  // of two boxes of a class; from 1 on, any
  float position_tolerance = 0.1f;        // see `relations`

  // Throws `UsageError`.
  void validate() const;
};

// The objects in a picture by class, best first. No class is without objects.
using Objects = std::map<std::string, std::vector<Detection>>;

// The detections that count as objects in a picture drawn from a prompt with this tag. Of equal
// scores the one given first is the better.
Objects select_objects(std::vector<Detection> detections, std::string_view tag,
                       const GenEvalOptions& options);

}  // namespace unipic::eval
