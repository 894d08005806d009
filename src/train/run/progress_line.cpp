#include "train/run/progress_line.h"

#include <fmt/format.h>

#include <cmath>

namespace unipic::train {
namespace {

std::string rate_text(double rate) {
  if (rate >= 1e6) return fmt::format("{:.1f}M", rate / 1e6);
  if (rate >= 1e4) return fmt::format("{:.1f}k", rate / 1e3);
  return rate >= 100 ? fmt::format("{:.0f}", rate) : fmt::format("{:.3g}", rate);
}

std::string bytes_text(int64_t bytes) {
  constexpr double kMebi = 1024.0 * 1024;
  const double mebibytes = static_cast<double>(bytes) / kMebi;
  return mebibytes < 1024 ? fmt::format("{:.0f} MiB", mebibytes)
                          : fmt::format("{:.1f} GiB", mebibytes / 1024);
}

}  // namespace

std::string duration_text(double seconds) {
  constexpr double kLongest = 1000.0 * 86400;
  if (!(seconds >= 0 && seconds < kLongest)) return "?";
  const auto whole = static_cast<int64_t>(std::llround(seconds));
  const int64_t minutes = whole / 60, hours = minutes / 60, days = hours / 24;
  if (days > 0) return fmt::format("{}d {:02}h", days, hours % 24);
  if (hours > 0) return fmt::format("{}h {:02}m", hours, minutes % 60);
  if (minutes > 0) return fmt::format("{}m {:02}s", minutes, whole % 60);
  return fmt::format("{}s", whole);
}

std::string progress_line(const TrainingProgress& progress) {
  auto line =
      fmt::format("step {}/{}  loss {:.5g}", progress.step, progress.num_steps, progress.loss);
  const auto add = [&](const auto& value, auto&& text_of) {
    if (value) line += "  " + text_of(*value);
  };
  add(progress.gradient_norm, [](double norm) { return fmt::format("grad {:.3g}", norm); });
  add(progress.learning_rate, [](double rate) { return fmt::format("lr {:.2e}", rate); });
  add(progress.samples_per_second, [](double rate) { return rate_text(rate) + " samples/s"; });
  add(progress.tokens_per_second, [](double rate) { return rate_text(rate) + " tokens/s"; });
  add(progress.data_wait_share,
      [](double share) { return fmt::format("data {:.0f}%", 100 * share); });
  add(progress.resident_bytes, bytes_text);
  add(progress.seconds_left, [](double seconds) { return "left " + duration_text(seconds); });
  return line;
}

}  // namespace unipic::train
