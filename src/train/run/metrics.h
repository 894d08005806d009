#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace unipic::train {

// What was measured at one step: a line of metrics.jsonl.
struct Metrics {
  int64_t step = 0;
  double wall_time = 0;  // seconds since 1970
  std::map<std::string, double> values;
};

// One line without its end. Numbers that are not finite, which JSON does not know, become null.
std::string metrics_line(const Metrics& metrics);

// The lines of a metrics.jsonl in order; none if there is no such file. A null is read as NaN. A
// last line without an end, from a crash, is left out. Throws `Error` naming a line that is wrong.
std::vector<Metrics> read_metrics(const std::filesystem::path& path);

// Cuts off the lines after the one of step `last_step`, if there are any: the old file or the
// shorter one is seen, never a part. Gives the step of the last line left.
std::optional<int64_t> cut_metrics(const std::filesystem::path& path, int64_t last_step);

}  // namespace unipic::train
