#pragma once

#include <cstdint>
#include <limits>

#include "data/sample.h"

namespace unipic::data {

// What an image must be like to be trained on.
struct ImageRules {
  int64_t side_above = 0;  // Both sides have more pixels than this.
  double aspect_below =
      std::numeric_limits<double>::infinity();  // Of the longer side to the other.

  // Throws `Error` that says what is wrong with an image of these sides.
  void check(int64_t width, int64_t height) const;
};

// The rules for each kind of sample; the defaults are those UniPic 1 was trained with.
struct SampleRules {
  ImageRules text_to_image = {.side_above = 8, .aspect_below = 10.0};
  ImageRules understanding = {.side_above = 80};
  ImageRules edit = {};  // For sources and target alike.

  // Throws `Error` if an image of `sample` breaks its rules.
  void check(const Sample& sample) const;
};

}  // namespace unipic::data
