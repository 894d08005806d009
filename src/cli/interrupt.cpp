#include "cli/interrupt.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

namespace unipic::cli {
namespace {

constexpr int kInterruptedTwice = 130;

sigset_t interrupt_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  return signals;
}

}  // namespace

Interrupt::Interrupt() {
  const auto signals = interrupt_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  waiter_ = std::jthread([this] { wait_for_signal(); });
}

Interrupt::~Interrupt() {
  ending_ = true;
  pthread_kill(waiter_.native_handle(), SIGTERM);
}

void Interrupt::wait_for_signal() {
  const auto signals = interrupt_signals();
  while (true) {
    int received = 0;
    sigwait(&signals, &received);
    if (ending_) return;
    if (source_.stop_requested()) _exit(kInterruptedTwice);
    source_.request_stop();
  }
}

}  // namespace unipic::cli
