#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <random>
#include <thread>

#include "support/temporary_folder.h"
#include "train/run/checkpoint_store.h"

namespace unipic::train {
namespace {

using unipic::test::read_file;
using unipic::test::TemporaryFolder;
using unipic::test::write_file;

std::string content_of(int64_t step) {
  return std::string(static_cast<size_t>(1000 + step * 7919 % 300'000),
                     static_cast<char>('a' + step % 26));
}

// Goes on from the newest checkpoint, writes one for each step and reports it, until it is killed.
[[noreturn]] void write_checkpoints(const std::filesystem::path& path, int report) {
  const RunFolder run(path);
  const CheckpointStore store(run, {.newest = 2, .every = 50});
  const auto newest = find_newest_checkpoint(path).newest;
  for (int64_t step = newest ? newest->step + 1 : 0;; ++step) {
    auto writer = store.begin(step);
    write_file(writer.file("model.bin"), content_of(step));
    write_file(writer.file("state/rng.json"), std::to_string(step));
    writer.finish();
    if (write(report, &step, sizeof(step)) != sizeof(step)) _exit(1);
  }
}

class Writer {
 public:
  explicit Writer(const std::filesystem::path& path) {
    if (pipe(pipe_) != 0) throw std::runtime_error("no pipe");
    process_ = fork();
    if (process_ == 0) write_checkpoints(path, pipe_[1]);
    close(pipe_[1]);
  }
  ~Writer() { close(pipe_[0]); }

  // Kills it `delay` after its first report; gives the last step it reported.
  int64_t kill_after(std::chrono::microseconds delay) {
    int64_t step = -1;
    if (read(pipe_[0], &step, sizeof(step)) != sizeof(step)) return -1;
    std::this_thread::sleep_for(delay);
    kill(process_, SIGKILL);
    int status = 0;
    waitpid(process_, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status)) << "it ended by itself";
    for (int64_t next = 0; read(pipe_[0], &next, sizeof(next)) == sizeof(next);) step = next;
    return step;
  }

 private:
  int pipe_[2] = {};
  pid_t process_ = -1;
};

size_t num_unfinished(const std::filesystem::path& run) {
  size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(checkpoints_folder(run))) {
    count += entry.path().extension() == ".tmp" ? 1 : 0;
  }
  return count;
}

TEST(KilledWriter, NeverLosesACheckpointThatItReported) {
  constexpr int kNumKills = 20;
  const TemporaryFolder folder;
  const auto path = folder / "run";
  std::mt19937 random(1);
  size_t num_cut_short = 0;
  for (int round = 0; round < kNumKills; ++round) {
    const auto delay = std::chrono::microseconds(random() % 60'000);
    const int64_t reported = Writer(path).kill_after(delay);
    ASSERT_GE(reported, round);
    num_cut_short += num_unfinished(path);

    const auto search = find_newest_checkpoint(path);
    ASSERT_TRUE(search.newest);
    EXPECT_TRUE(search.damaged.empty()) << search.damaged.front();
    const int64_t step = search.newest->step;
    ASSERT_GE(step, reported);
    ASSERT_LE(step, reported + 1);
    EXPECT_EQ(read_file(search.newest->folder / "model.bin"), content_of(step));
    EXPECT_EQ(read_file(search.newest->folder / "state/rng.json"), std::to_string(step));
  }
  EXPECT_GT(num_cut_short, 0U) << "no kill came in the middle of a checkpoint";
  const CheckpointStore cleaned(RunFolder(path), {});
  EXPECT_EQ(num_unfinished(path), 0U);
}

}  // namespace
}  // namespace unipic::train
