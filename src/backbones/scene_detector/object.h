#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace unipic::scene_detector {

// In pixels, from (left, top) up to, not including, (right, bottom); y points down.
struct Box {
  double left = 0;
  double top = 0;
  double right = 0;
  double bottom = 0;

  double width() const { return right - left; }
  double height() const { return bottom - top; }
  double centre_x() const { return (left + right) / 2; }
  double centre_y() const { return (top + bottom) / 2; }
  double area() const { return width() * height(); }
  bool operator==(const Box&) const = default;
};

inline double shared_area(const Box& a, const Box& b) {
  const double width = std::min(a.right, b.right) - std::max(a.left, b.left);
  const double height = std::min(a.bottom, b.bottom) - std::max(a.top, b.top);
  return width > 0 && height > 0 ? width * height : 0;
}

// Shared over joint area; 0 for boxes without area.
inline double overlap(const Box& a, const Box& b) {
  const double shared = shared_area(a, b);
  return shared > 0 ? shared / (a.area() + b.area() - shared) : 0;
}

// Something in a picture, as it is known or was seen. Classes and colours are numbers in the lists
// of a `Config`.
struct Object {
  int64_t class_index = 0;
  int64_t colour_index = 0;  // the likeliest
  Box box;
  float score = 1;                        // how sure it is that such an object is there, 0..1
  std::vector<float> colour_scores = {};  // of all colours, adding up to 1; empty: it is certain
};

}  // namespace unipic::scene_detector
