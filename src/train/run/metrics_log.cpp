#include "train/run/metrics_log.h"

#include "base/atomic_file.h"
#include "base/check.h"
#include "train/run/metrics.h"

namespace unipic::train {

MetricsLog::MetricsLog(const RunFolder& run, int64_t last_step, double wall_time)
    : last_step_(cut_metrics(run.path() / "metrics.jsonl", last_step)),
      lines_(run.path() / "metrics.jsonl"),
      events_(run.path(), last_step + 1, wall_time) {}

void MetricsLog::write(int64_t step, double wall_time,
                       const std::map<std::string, double>& values) {
  check(!last_step_ || step >= *last_step_, "{}: step {} comes after step {}", path().string(),
        step, last_step_.value_or(0));
  lines_.append(metrics_line({.step = step, .wall_time = wall_time, .values = values}) + "\n");
  events_.scalars(step, wall_time, values);
  last_step_ = step;
}

void MetricsLog::write_text(int64_t step, double wall_time, std::string_view tag,
                            std::string_view markdown) {
  events_.text(step, wall_time, tag, markdown);
}

void MetricsLog::write_picture(int64_t step, double wall_time, std::string_view tag,
                               const Image& image) {
  events_.picture(step, wall_time, tag, image);
}

void MetricsLog::draw_curves(const std::vector<std::string>& names,
                             const CurvesOptions& options) const {
  write_file_atomically(path().parent_path() / "curves.svg",
                        train::draw_curves(curves_of(read_metrics(path()), names), options));
}

}  // namespace unipic::train
