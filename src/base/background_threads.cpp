#include "base/background_threads.h"

#include <utility>

#include "unipic/error.h"

namespace unipic {

BackgroundThreads::BackgroundThreads(int64_t num_threads) {
  for (int64_t thread = 0; thread < num_threads; ++thread) {
    threads_.emplace_back([this](const std::stop_token& stop) { run(stop); });
  }
}

BackgroundThreads::~BackgroundThreads() {
  for (auto& thread : threads_) thread.request_stop();
  threads_.clear();
}

std::shared_ptr<BackgroundThreads::Job> BackgroundThreads::start(std::function<void()> work) {
  auto job = std::make_shared<Job>();
  job->work_ = std::move(work);
  {
    const std::scoped_lock lock(mutex_);
    waiting_.push_back(job);
  }
  started_.notify_one();
  return job;
}

void BackgroundThreads::wait(const Job& job, const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  const bool done = done_.wait(lock, stop, [&] { return job.is_done_; });
  if (!done) throw Cancelled("stopped before it was done");
  if (job.error_) std::rethrow_exception(job.error_);
}

void BackgroundThreads::run(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (started_.wait(lock, stop, [&] { return !waiting_.empty(); }) && !stop.stop_requested()) {
    const auto job = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    try {
      job->work_();
    } catch (...) {
      job->error_ = std::current_exception();
    }
    job->work_ = nullptr;
    lock.lock();
    job->is_done_ = true;
    done_.notify_all();
  }
}

}  // namespace unipic
