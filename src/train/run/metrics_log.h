#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "train/run/append_file.h"
#include "train/run/curves_svg.h"
#include "train/run/event_file.h"
#include "train/run/run_folder.h"

namespace unipic::train {

// Keeps the measurements of a run: RUN/metrics.jsonl, and the same with texts and pictures for
// TensorBoard. Wall times are seconds since 1970.
class MetricsLog {
 public:
  // Goes on after `last_step`, the step of the checkpoint that was loaded, or -1 for a new run:
  // what an earlier process logged of later steps is cut off.
  MetricsLog(const RunFolder& run, int64_t last_step, double wall_time);

  // Steps may repeat but not decrease. Throws `Error` also if the disk is full.
  void write(int64_t step, double wall_time, const std::map<std::string, double>& values);
  void write_text(int64_t step, double wall_time, std::string_view tag, std::string_view markdown);
  void write_picture(int64_t step, double wall_time, std::string_view tag, const Image& image);

  // Writes RUN/curves.svg: the values of `names` over all steps of the run, also those of earlier
  // processes.
  void draw_curves(const std::vector<std::string>& names, const CurvesOptions& options = {}) const;

  // RUN/metrics.jsonl.
  const std::filesystem::path& path() const { return lines_.path(); }

 private:
  std::optional<int64_t> last_step_;
  AppendFile lines_;
  EventFile events_;
};

}  // namespace unipic::train
