#include "base/background_threads.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <future>

#include "support/error.h"

namespace unipic {
namespace {

using test::error_of;

TEST(BackgroundThreads, DoEveryJobAndShowItsResult) {
  BackgroundThreads threads(3);
  std::vector<int> results(100, 0);
  std::vector<std::shared_ptr<BackgroundThreads::Job>> jobs;
  for (int i = 0; i < 100; ++i) {
    jobs.push_back(threads.start([&results, i] { results[static_cast<size_t>(i)] = i * i; }));
  }
  for (size_t i = 0; i < 100; ++i) {
    threads.wait(*jobs[i]);
    EXPECT_EQ(results[i], static_cast<int>(i * i));
  }
}

TEST(BackgroundThreads, BeginJobsInOrder) {
  BackgroundThreads threads(1);
  std::vector<int> order;
  std::shared_ptr<BackgroundThreads::Job> last;
  for (int i = 0; i < 20; ++i) last = threads.start([&order, i] { order.push_back(i); });
  threads.wait(*last);
  ASSERT_EQ(order.size(), 20U);
  EXPECT_TRUE(std::ranges::is_sorted(order));
}

TEST(BackgroundThreads, HandOnWhatAJobThrewAtEveryWait) {
  BackgroundThreads threads(2);
  const auto job = threads.start([] { throw Error("broken"); });
  EXPECT_EQ(error_of([&] { threads.wait(*job); }), "broken");
  EXPECT_EQ(error_of([&] { threads.wait(*job); }), "broken");
  const auto next = threads.start([] {});
  EXPECT_NO_THROW(threads.wait(*next)) << "the thread lives on";
}

TEST(BackgroundThreads, StopWaitingWhenAsked) {
  std::promise<void> release;
  BackgroundThreads threads(1);
  const auto job = threads.start([&, held = release.get_future().share()] { held.wait(); });
  std::stop_source stop;
  std::jthread asker([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    stop.request_stop();
  });
  EXPECT_THROW(threads.wait(*job, stop.get_token()), Cancelled);
  release.set_value();
  threads.wait(*job);
  EXPECT_NO_THROW(threads.wait(*job, stop.get_token())) << "a job that is done is not cancelled";
}

TEST(BackgroundThreads, EndWithoutDoingTheJobsThatWait) {
  std::atomic<int> num_done = 0;
  std::promise<void> begun;
  {
    BackgroundThreads threads(1);
    threads.start([&] {
      begun.set_value();
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      ++num_done;
    });
    for (int i = 0; i < 1000; ++i) threads.start([&] { ++num_done; });
    begun.get_future().wait();
  }
  EXPECT_EQ(num_done, 1);
}

}  // namespace
}  // namespace unipic
