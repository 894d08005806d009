#pragma once

#include <chrono>
#include <cstddef>

namespace unipic::serve {

// How slowly a client may send or read: in each window of time so many bytes have to move, unless
// all are moved before.
struct LeastRate {
  std::chrono::milliseconds window{10000};
  size_t bytes = 10240;
};

// Watches one transfer, which begins now.
class Pace {
 public:
  using Clock = std::chrono::steady_clock;

  explicit Pace(const LeastRate& least) : least_(least) {}

  void moved(size_t bytes) {
    moved_ += bytes;
    if (moved_ >= least_.bytes) *this = Pace(least_);
  }
  // When the client is too slow.
  Clock::time_point deadline() const { return since_ + least_.window; }

 private:
  LeastRate least_;
  Clock::time_point since_ = Clock::now();
  size_t moved_ = 0;
};

}  // namespace unipic::serve
