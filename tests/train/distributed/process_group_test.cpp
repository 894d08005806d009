#include "train/distributed/process_group.h"

#include <gtest/gtest.h>

#include <thread>

#include "base/check.h"
#include "support/processes.h"

namespace unipic::train {
namespace {

using std::chrono::milliseconds;

TEST(ProcessGroup, AloneGivesBackWhatItWasGiven) {
  ProcessGroup alone;
  EXPECT_TRUE(alone.is_alone() && alone.is_first());
  const auto tensor = torch::tensor({1.0, 2.0});
  alone.sum(tensor);
  alone.broadcast(tensor, 0);
  alone.start_sum(tensor)();
  EXPECT_TRUE(torch::equal(tensor, torch::tensor({1.0, 2.0})));
  EXPECT_EQ(alone.sum({3.0}), std::vector<double>{3.0});
  EXPECT_FALSE(alone.any(false));
  EXPECT_TRUE(ProcessGroup({.num_ranks = 1}, torch::kCPU).is_alone());
}

TEST(ProcessGroup, SumsBroadcastsAndSends) {
  const auto thrown = test::in_processes(3, [](const ProcessEnvironment& place) {
    auto group = test::join(place);
    check(group.rank() == place.rank && group.num_ranks() == 3, "place");
    const auto mine = torch::full({2, 3}, static_cast<double>(place.rank + 1));

    const auto summed = mine.clone();
    group.sum(summed);
    check(summed.eq(6).all().item<bool>(), "sum");
    const auto started = mine.clone();
    group.start_sum(started)();
    check(started.eq(6).all().item<bool>(), "started sum");
    const auto strided = torch::ones({4, 4}).t().narrow(0, 1, 2);
    group.sum(strided);
    check(strided.eq(3).all().item<bool>(), "sum of what is not contiguous");

    const auto given = mine.clone();
    group.broadcast(given, 1);
    check(given.eq(2).all().item<bool>(), "broadcast");
    check(group.broadcast(place.rank * 10, 2) == 20, "broadcast of a number");
    if (place.rank == 2) group.send(mine, 0);
    if (place.rank == 0) group.receive(given, 2);
    check(given.eq(place.rank == 0 ? 3 : 2).all().item<bool>(), "receive");

    check(group.any(place.rank == 1) && !group.any(false), "any");
    group.meet();
  });
  EXPECT_EQ(thrown, test::nothing_thrown(3));
}

TEST(ProcessGroup, SaysSoWhenAnotherProcessEnds) {
  const auto thrown = test::in_processes(2, [](const ProcessEnvironment& place) {
    auto group = test::join(place);
    // Not before the other has joined, too.
    auto word = torch::zeros({1});
    if (place.rank == 0) group.send(word, 1);
    if (place.rank == 1) {
      group.receive(word, 0);
      _exit(3);
    }
    group.sum({1.0});
  });
  EXPECT_EQ(thrown[0].find("process 0 of 2 cannot go on with the others: "), 0) << thrown[0];
  EXPECT_EQ(thrown[0].find('\n'), std::string::npos) << thrown[0];
  EXPECT_EQ(thrown[1], "status 3");
}

TEST(ProcessGroup, LosesPatienceWithAnotherThatDoesNotAnswer) {
  const auto thrown = test::in_processes(2, [](const ProcessEnvironment& place) {
    auto group =
        test::join(place, {.to_join = milliseconds(20'000), .to_exchange = milliseconds(100)});
    if (place.rank == 1) std::this_thread::sleep_for(milliseconds(400));
    if (place.rank == 0) group.sum({1.0});
  });
  EXPECT_EQ(thrown[0].find("process 0 of 2 cannot go on with the others: "), 0) << thrown[0];
  EXPECT_EQ(thrown[0].find('\n'), std::string::npos) << thrown[0];
}

TEST(ProcessGroup, SaysWhereItWaitedForOthersThatDidNotCome) {
  for (const int64_t rank : {0, 1}) {
    ProcessEnvironment place = {
        .rank = rank, .num_ranks = 2, .master_address = "127.0.0.1", .master_port = free_port()};
    std::string message;
    try {
      test::join(place, {.to_join = milliseconds(100)});
    } catch (const Error& error) {
      message = error.what();
    }
    EXPECT_EQ(message.find(fmt::format("process {} of 2 cannot join the others at 127.0.0.1:{}: ",
                                       rank, place.master_port)),
              0)
        << message;
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
  }
}

}  // namespace
}  // namespace unipic::train
