#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

namespace unipic {

// Threads that do jobs in the background, begun in the order they were given.
class BackgroundThreads {
 public:
  class Job;

  explicit BackgroundThreads(int64_t num_threads);
  BackgroundThreads(const BackgroundThreads&) = delete;
  BackgroundThreads& operator=(const BackgroundThreads&) = delete;
  // Waits for the jobs that have begun; the others are never done.
  ~BackgroundThreads();

  std::shared_ptr<Job> start(std::function<void()> work);

  // Returns once `job` is done; what it wrote is visible then. Throws what it threw, each time it
  // is waited for, or `Cancelled` if a stop is requested first.
  void wait(const Job& job, const std::stop_token& stop = {});

 private:
  void run(const std::stop_token& stop);

  std::mutex mutex_;
  std::condition_variable_any started_, done_;
  std::deque<std::shared_ptr<Job>> waiting_;
  std::vector<std::jthread> threads_;
};

class BackgroundThreads::Job {
  friend class BackgroundThreads;

  std::function<void()> work_;
  std::exception_ptr error_;
  bool is_done_ = false;
};

}  // namespace unipic
