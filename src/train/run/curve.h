#pragma once

#include <string>
#include <vector>

#include "train/run/metrics.h"

namespace unipic::train {

struct Point {
  double x = 0;
  double y = 0;

  bool operator==(const Point&) const = default;
};

struct Curve {
  std::string name;
  std::vector<Point> points;  // x does not decrease; y may be not finite, which breaks the line
};

// A curve for each name, of the steps that have a value for it.
std::vector<Curve> curves_of(const std::vector<Metrics>& rows,
                             const std::vector<std::string>& names);

// The exponential moving average of the finite values: `smoothing` is the part that stays at each
// point, from 0 (none) to below 1. Corrected for its start, so that the first value is the first.
std::vector<Point> smoothed(const std::vector<Point>& points, double smoothing);

// Few enough points to draw, at most 4 for each of `num_columns` equal parts of the range of x: the
// first, lowest, highest and last of each.
std::vector<Point> thinned(const std::vector<Point>& points, int num_columns);

}  // namespace unipic::train
