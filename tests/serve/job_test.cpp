#include "serve/job.h"

#include <gtest/gtest.h>

namespace unipic::serve {
namespace {

std::vector<JobEvent> unread(Job& job) {
  std::vector<JobEvent> events;
  while (auto event = job.wait_for_event(std::chrono::milliseconds(0)))
    events.push_back(*std::move(event));
  return events;
}

void draw_two_pictures(Job& job, int64_t num_steps) {
  for (int64_t step = 0; step < num_steps; ++step) {
    job.tell(Step{step, num_steps});
    for (int64_t picture = 0; picture < 2; ++picture) job.tell(Preview{picture, step, {}});
  }
  job.tell(Drawn{});
}

TEST(Job, KeepsNoMoreForASlowReaderThanTheNewest) {
  Job job("req_1", {.model = "", .what = DrawWork{}, .previews = {.count = 0, .every = 1}});
  draw_two_pictures(job, 100);
  const auto events = unread(job);
  ASSERT_EQ(events.size(), 4U);
  EXPECT_EQ(std::get<Step>(events[0]).step, 99);
  EXPECT_EQ(std::get<Preview>(events[1]).index, 99);
  EXPECT_EQ(std::get<Preview>(events[2]).picture, 1);
  EXPECT_TRUE(is_last(events[3]));
}

TEST(Job, KeepsEachPreviewThatWasCounted) {
  Job job("req_1", {.model = "", .what = DrawWork{}, .previews = {.count = 3, .every = 0}});
  draw_two_pictures(job, 3);
  EXPECT_EQ(unread(job).size(), 1U + 2 * 3U + 1U);
}

TEST(Job, IsOverWithItsLastEvent) {
  Job job("req_1", {.model = "", .what = AskWork{}});
  job.tell(TextPiece{"a"});
  EXPECT_FALSE(job.is_over());
  job.tell(Answered{true, 1, 1});
  EXPECT_TRUE(job.is_over());
  EXPECT_EQ(unread(job).size(), 2U);
}

}  // namespace
}  // namespace unipic::serve
