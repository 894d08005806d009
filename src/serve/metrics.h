#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "serve/engine.h"

namespace unipic::serve {

// Counts requests for Prometheus. Thread-safe.
class Metrics {
 public:
  void count(const std::string& route, int status, double seconds);

  // The exposition format, with what the engine says of itself.
  std::string text(const EngineState& state, const EngineTotals& totals,
                   int64_t num_pictures_kept) const;

 private:
  // Upper bounds of the histogram of seconds.
  static constexpr std::array<double, 12> kBounds = {0.005, 0.02, 0.1, 0.3, 1,   2,
                                                     5,     10,   30,  60,  120, 300};
  struct Latencies {
    std::array<uint64_t, kBounds.size() + 1> counts{};
    double sum = 0;
  };

  mutable std::mutex mutex_;
  std::map<std::pair<std::string, int>, uint64_t> requests_;
  std::map<std::string, Latencies> latencies_;
};

}  // namespace unipic::serve
