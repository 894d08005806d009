#include "train/distributed/launcher.h"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "support/temporary_folder.h"

namespace unipic::train {
namespace {

LaunchOutcome launch_script(const std::string& script, int64_t num_processes = 3,
                            std::stop_token stop = {}) {
  return launch({.program = "/bin/sh",
                 .arguments = {"-c", script},
                 .num_processes = num_processes,
                 .stop = std::move(stop)});
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

TEST(Launcher, GivesEachProcessItsPlace) {
  const test::TemporaryFolder folder;
  const auto outcome =
      launch_script("echo $RANK $WORLD_SIZE $LOCAL_RANK $MASTER_ADDR > " +
                    (folder / "place").string() + "$RANK; test $MASTER_PORT -gt 0");
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.rank, -1);
  EXPECT_EQ(test::read_file(folder / "place0"), "0 3 0 127.0.0.1\n");
  EXPECT_EQ(test::read_file(folder / "place2"), "2 3 2 127.0.0.1\n");
}

TEST(Launcher, EndsAllWhenOneFailsAndSaysWhatItSaidLast) {
  const auto start = std::chrono::steady_clock::now();
  const auto outcome = launch_script(
      "if [ $RANK = 1 ]; then echo first >&2; echo unheard; echo out of luck >&2; exit 7; fi; "
      "exec sleep 60");
  EXPECT_EQ(outcome.status, 7);
  EXPECT_EQ(outcome.rank, 1);
  EXPECT_EQ(outcome.message, "out of luck");
  EXPECT_LT(seconds_since(start), 30);
}

TEST(Launcher, LetsRankZeroSpeakForItself) {
  const auto outcome = launch_script("test $RANK != 0 && exec sleep 60; exit 5");
  EXPECT_EQ(outcome.status, 5);
  EXPECT_EQ(outcome.rank, 0);
  EXPECT_EQ(outcome.message, "");
}

TEST(Launcher, TellsOfASignal) {
  const auto outcome = launch_script("test $RANK = 2 && kill -SEGV $$; exec sleep 60");
  EXPECT_EQ(outcome.status, 128 + 11);
  EXPECT_EQ(outcome.rank, 2);
}

TEST(Launcher, PassesAStopOnAndWaitsForAll) {
  const test::TemporaryFolder folder;
  std::stop_source stop;
  // Rank 1 is done at once and rank 0 later, as if it were writing.
  const std::jthread stopper([&] {
    while (!std::filesystem::exists(folder / "ready1") ||
           !std::filesystem::exists(folder / "ready0")) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    stop.request_stop();
  });
  const auto outcome = launch_script(
      "cd " + folder.path().string() +
          "; trap 'test $RANK = 0 && sleep 0.2; echo stopped > ended$RANK; exit 1' INT; "
          "touch ready$RANK; while true; do sleep 0.05; done",
      2, stop.get_token());
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(outcome.rank, 0);
  EXPECT_EQ(test::read_file(folder / "ended0"), "stopped\n");
  EXPECT_EQ(test::read_file(folder / "ended1"), "stopped\n");
}

TEST(Launcher, FailsWhereThereIsNoProgram) {
  EXPECT_EQ(launch({.program = "/nowhere", .num_processes = 2}).status, 127);
}

}  // namespace
}  // namespace unipic::train
