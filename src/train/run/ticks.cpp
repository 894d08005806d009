#include "train/run/ticks.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstdint>

namespace unipic::train {
namespace {

double round_step(double rough) {
  const double power = std::pow(10, std::floor(std::log10(rough)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (rough <= factor * power * (1 + 1e-9)) return factor * power;
  }
  return 10 * power;
}

}  // namespace

std::vector<double> linear_ticks(double low, double high, int wanted) {
  const double step = round_step((high - low) / wanted);
  constexpr double kSlack = 1e-9;  // for a bound that is a tick itself but for rounding
  const double first = std::ceil(low / step - kSlack), last = std::floor(high / step + kSlack);
  std::vector<double> ticks;
  for (double i = first; i <= last; ++i) ticks.push_back(i * step);
  return ticks;
}

std::vector<double> log_ticks(double low, double high, int wanted) {
  const double decades = std::log10(high / low);
  if (decades < 1) return linear_ticks(low, high, wanted);
  const auto factors = 3 * decades <= wanted ? std::vector{1.0, 2.0, 5.0} : std::vector{1.0};
  const auto stride = static_cast<int64_t>(std::ceil(decades / wanted));
  std::vector<double> ticks;
  const auto first = static_cast<int64_t>(std::floor(std::log10(low)));
  const auto last = static_cast<int64_t>(std::floor(std::log10(high)));
  for (int64_t exponent = first; exponent <= last; ++exponent) {
    if (exponent % stride != 0) continue;
    for (const double factor : factors) {
      const double tick = factor * std::pow(10, static_cast<double>(exponent));
      if (tick >= low * (1 - 1e-9) && tick <= high * (1 + 1e-9)) ticks.push_back(tick);
    }
  }
  return ticks;
}

std::string tick_text(double value) {
  const double size = std::abs(value);
  if (size >= 1e9 || (size > 0 && size < 1e-3)) return fmt::format("{:.6g}", value);
  if (size >= 1e6) return fmt::format("{:.6g}M", value / 1e6);
  if (size >= 1e4) return fmt::format("{:.6g}k", value / 1e3);
  return fmt::format("{:.6g}", value);
}

}  // namespace unipic::train
