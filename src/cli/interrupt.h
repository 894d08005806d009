#pragma once

#include <atomic>
#include <stop_token>
#include <thread>

namespace unipic::cli {

// Turns the first Ctrl-C (or SIGTERM) into a stop request, so that work ends cleanly; a second one
// ends the program at once. Made before any other thread, which would catch the signals otherwise.
class Interrupt {
 public:
  Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;
  ~Interrupt();

  std::stop_token token() const { return source_.get_token(); }

 private:
  void wait_for_signal();

  std::atomic<bool> ending_ = false;
  std::stop_source source_;
  std::jthread waiter_;
};

}  // namespace unipic::cli
