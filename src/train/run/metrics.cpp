#include "train/run/metrics.h"

#include <limits>
#include <string_view>

#include "base/atomic_file.h"
#include "base/json.h"
#include "base/mapped_file.h"

namespace unipic::train {
namespace {

Metrics parse_line(std::string_view line, const std::string& where) {
  const auto json = parse_json(line, where);
  Metrics metrics{.step = json_get<int64_t>(json, "step", where),
                  .wall_time = json_get<double>(json, "time", where),
                  .values = {}};
  const auto values = json.find("values");
  check(values != json.end() && values->is_object(), "{}: has no values", where);
  for (const auto& [name, value] : values->items()) {
    metrics.values[name] = value.is_null() ? std::numeric_limits<double>::quiet_NaN()
                                           : json_get<double>(*values, name, where);
  }
  return metrics;
}

// Calls `visit(metrics, line)` for each whole line, the line with its end, until it gives false.
template <typename Visit>
void for_each_line(const std::filesystem::path& path, Visit&& visit) {
  if (!std::filesystem::exists(path)) return;
  const auto file = MappedFile::open(path);
  const auto bytes = file->bytes();
  std::string_view rest(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  for (size_t number = 1;; ++number) {
    const size_t end = rest.find('\n');
    if (end == std::string_view::npos) return;
    const auto metrics =
        parse_line(rest.substr(0, end), fmt::format("{}:{}", path.string(), number));
    if (!visit(metrics, rest.substr(0, end + 1))) return;
    rest.remove_prefix(end + 1);
  }
}

}  // namespace

std::string metrics_line(const Metrics& metrics) {
  const Json json = {
      {"step", metrics.step}, {"time", metrics.wall_time}, {"values", metrics.values}};
  return json.dump();
}

std::vector<Metrics> read_metrics(const std::filesystem::path& path) {
  std::vector<Metrics> all;
  for_each_line(path, [&](const Metrics& metrics, std::string_view) {
    all.push_back(metrics);
    return true;
  });
  return all;
}

std::optional<int64_t> cut_metrics(const std::filesystem::path& path, int64_t last_step) {
  std::string kept;
  std::optional<int64_t> step;
  for_each_line(path, [&](const Metrics& metrics, std::string_view line) {
    if (metrics.step > last_step) return false;
    kept += line;
    step = metrics.step;
    return true;
  });
  if (std::filesystem::exists(path) && kept.size() != std::filesystem::file_size(path)) {
    write_file_atomically(path, kept);
  }
  return step;
}

}  // namespace unipic::train
