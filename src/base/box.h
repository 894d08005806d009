#pragma once

#include <algorithm>

namespace unipic {

// A rectangle from (left, top) up to, not including, (right, bottom); y points down. In pixels or
// other units, as its holder says.
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

// Whether less than `gap` lies between the boxes on both axes.
inline bool touch(const Box& a, const Box& b, double gap) {
  return a.left < b.right + gap && b.left < a.right + gap && a.top < b.bottom + gap &&
         b.top < a.bottom + gap;
}

inline Box inflated(const Box& box, double by) {
  return {box.left - by, box.top - by, box.right + by, box.bottom + by};
}

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

}  // namespace unipic
