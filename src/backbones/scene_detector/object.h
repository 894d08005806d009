#pragma once

#include <cstdint>
#include <vector>

#include "base/box.h"

namespace unipic::scene_detector {

// Something in a picture, as it is known or was seen. Classes and colours are numbers in the lists
// of a `Config`.
struct Object {
  int64_t class_index = 0;
  int64_t colour_index = 0;               // the likeliest
  Box box;                                // in pixels
  float score = 1;                        // how sure it is that such an object is there, 0..1
  std::vector<float> colour_scores = {};  // of all colours, adding up to 1; empty: it is certain
};

}  // namespace unipic::scene_detector
