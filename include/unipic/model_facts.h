#pragma once

#include <cstdint>
#include <limits>

namespace unipic {

// Pixels that no side of a picture may exceed, whatever the model.
inline constexpr int64_t kMaxSide = 16384;

// What a loaded model can do, and what it does when nothing else is asked for.
struct ModelFacts {
  int64_t default_size = 0;   // pixels a side of a picture
  int64_t default_steps = 0;  // of a picture of that size
  double default_guidance = 1;
  int64_t size_step = 1;        // what a picture's sides must be multiples of
  int64_t max_side = kMaxSide;  // of them
  int64_t pixels_per_step = 0;  // that each step draws at least; 0: steps may be any number
  bool can_describe = true;
  bool has_temperature = true;  // of what is drawn

  int64_t max_steps(int64_t width, int64_t height) const {
    return pixels_per_step == 0 ? std::numeric_limits<int64_t>::max()
                                : width * height / pixels_per_step;
  }
};

}  // namespace unipic
