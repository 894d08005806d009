#pragma once

#include <string>
#include <vector>

#include "train/run/curve.h"

namespace unipic::train {

struct CurvesOptions {
  std::string title = {};
  bool log_y = false;      // where every value drawn is above 0; values that are not are left out
  double smoothing = 0.9;  // as `smoothed`; 0 draws the measured values alone
  int width = 960;
  int height = 540;
};

// The curves over their steps as an SVG picture: measured values faint, their smoothed line over
// them, axes at round numbers, a legend with the latest smoothed values. A curve without finite
// values is only in the legend.
std::string draw_curves(const std::vector<Curve>& curves, const CurvesOptions& options = {});

}  // namespace unipic::train
