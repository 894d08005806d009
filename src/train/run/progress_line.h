#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace unipic::train {

// Where a run stands. What is absent is left out of the line.
struct TrainingProgress {
  int64_t step = 0;
  int64_t num_steps = 0;
  double loss = 0;
  std::optional<double> gradient_norm = {};
  std::optional<double> learning_rate = {};
  std::optional<double> samples_per_second = {};
  std::optional<double> tokens_per_second = {};
  std::optional<double> data_wait_share = {};  // of the time, from 0 to 1
  std::optional<int64_t> resident_bytes = {};
  std::optional<double> seconds_left = {};
};

// "step 120/5000  loss 2.3456  grad 1.23  lr 3.00e-04  12.3 samples/s  4.5k tokens/s  data 3%
// 1.2 GiB  left 1h 02m", on one line.
std::string progress_line(const TrainingProgress& progress);

// "45s", "3m 05s", "1h 02m", "2d 03h".
std::string duration_text(double seconds);

}  // namespace unipic::train
