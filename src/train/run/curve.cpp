#include "train/run/curve.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace unipic::train {
namespace {

// The points of one column that a drawing cannot do without.
class Column {
 public:
  void add(const Point& point) {
    ordered_.push_back(point);
    if (ordered_.size() <= 4) return;
    // Of the five, the first and the new one stay, and of the three between the extreme ones.
    const auto inner = std::ranges::minmax_element(ordered_, {}, &Point::y);
    for (size_t i = 1; i + 1 < ordered_.size(); ++i) {
      const auto place = ordered_.begin() + static_cast<ptrdiff_t>(i);
      if (place == inner.min || place == inner.max) continue;
      ordered_.erase(place);
      return;
    }
  }
  void flush(std::vector<Point>& out) {
    out.insert(out.end(), ordered_.begin(), ordered_.end());
    ordered_.clear();
  }

 private:
  std::vector<Point> ordered_;
};

}  // namespace

std::vector<Curve> curves_of(const std::vector<Metrics>& rows,
                             const std::vector<std::string>& names) {
  std::vector<Curve> curves;
  for (const auto& name : names) {
    Curve curve{.name = name, .points = {}};
    for (const auto& row : rows) {
      const auto value = row.values.find(name);
      if (value == row.values.end()) continue;
      curve.points.push_back({.x = static_cast<double>(row.step), .y = value->second});
    }
    curves.push_back(std::move(curve));
  }
  return curves;
}

std::vector<Point> smoothed(const std::vector<Point>& points, double smoothing) {
  std::vector<Point> out;
  double sum = 0, weight = 0;
  for (const auto& [x, y] : points) {
    if (!std::isfinite(y)) continue;
    sum = smoothing * sum + (1 - smoothing) * y;
    weight = smoothing * weight + (1 - smoothing);
    out.push_back({.x = x, .y = sum / weight});
  }
  return out;
}

std::vector<Point> thinned(const std::vector<Point>& points, int num_columns) {
  if (points.size() <= static_cast<size_t>(num_columns)) return points;
  const double begin = points.front().x;
  const double width = (points.back().x - begin) / num_columns;
  std::vector<Point> out;
  Column column;
  int64_t current = 0;
  for (size_t i = 0; i < points.size(); ++i) {
    const auto index = width > 0 ? static_cast<int64_t>((points[i].x - begin) / width) : int64_t{0};
    const bool gap = !std::isfinite(points[i].y);
    if (index != current || gap) column.flush(out);
    current = index;
    if (gap) {
      if (!out.empty() && std::isfinite(out.back().y)) out.push_back(points[i]);
    } else {
      column.add(points[i]);
    }
  }
  column.flush(out);
  return out;
}

}  // namespace unipic::train
