#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <stop_token>
#include <string>

#include "unipic/error.h"

namespace unipic {

// Seconds spent in each named stage of a run.
class StageClock {
 public:
  using Clock = std::chrono::steady_clock;

  void add(const std::string& stage, Clock::duration duration) {
    seconds_[stage] += std::chrono::duration<double>(duration).count();
  }
  const std::map<std::string, double>& seconds() const { return seconds_; }

 private:
  std::map<std::string, double> seconds_;
};

// What a long computation owes the one who waits for it: to stop when asked, to say how far it is,
// and to say where the time went. Every member may be empty.
struct RunControl {
  std::stop_token stop = {};
  std::function<void(const std::string& stage, int64_t step, int64_t num_steps)> progress = {};
  StageClock* clock = nullptr;

  // Throws `Cancelled` once a stop was requested.
  void check_stop() const {
    if (stop.stop_requested()) throw Cancelled("stopped before it was done");
  }
  void report(const std::string& stage, int64_t step, int64_t num_steps) const {
    if (progress) progress(stage, step, num_steps);
  }
  // The result of `work`, with its duration booked under `stage`.
  template <typename Work>
  auto timed(const std::string& stage, Work&& work) const {
    check_stop();
    const auto start = StageClock::Clock::now();
    auto result = work();
    if (clock != nullptr) clock->add(stage, StageClock::Clock::now() - start);
    return result;
  }
};

}  // namespace unipic
