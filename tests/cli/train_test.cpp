// `unipic train` in several processes, as a user runs it.

#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>

#include "base/json.h"
#include "support/program.h"
#include "support/temporary_folder.h"

namespace unipic {
namespace {

class TrainProgram : public testing::Test {
 protected:
  // A tiny autoencoder learns tiny scenes.
  TrainProgram() {
    test::write_file(folder_ / "tiny.toml", R"(
task = "vae"
[[source]]
name = "captions"
size = 16
[trainer]
steps = 3
log_every = 1
show_every = 0
shard_optimizer = true
[vae]
base_channels = 8
multipliers = [1, 1]
norm_groups = 4
batch = 3
size = 16
crop = 16
held_out = 2
)");
  }

  test::Outcome train(std::vector<std::string> more, const std::string& interrupt_after = "") {
    more.insert(more.begin(),
                {"train", (folder_ / "tiny.toml").string(), "out=" + (folder_ / "run").string()});
    return test::run_program(more, interrupt_after);
  }

  const test::TemporaryFolder folder_;
};

TEST_F(TrainProgram, RunsInTwoProcessesOfWhichOneIsHeard) {
  const auto outcome = train({"--nproc", "2", "--json"});
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.err, "");
  EXPECT_EQ(std::ranges::count(outcome.out, '\n'), 4) << outcome.out;  // three steps and the end
  EXPECT_TRUE(std::filesystem::exists(folder_ / "run/model/vae.safetensors"));
}

TEST_F(TrainProgram, ThatIsInterruptedLeavesACheckpointOfTwoProcesses) {
  const auto outcome = train({"--nproc", "2", "trainer.steps=1000000"}, "step 1");
  EXPECT_EQ(outcome.status, 1);
  EXPECT_TRUE(outcome.err.ends_with("unipic: stopped before it was done\n")) << outcome.err;
  EXPECT_NE(test::read_file(folder_ / "run/checkpoints/latest").find("step-"), std::string::npos);
}

TEST_F(TrainProgram, EndsWithTheStatusOfTheProcessThatFailed) {
  const auto outcome = train({"--nproc", "2", "vae.batch=1"});
  EXPECT_EQ(outcome.status, 2);
  EXPECT_NE(outcome.err.find("a batch of 1 cannot be shared by 2 processes\n"), std::string::npos)
      << outcome.err;
}

TEST_F(TrainProgram, DoesNotLaunchUnderAnotherLauncher) {
  setenv("WORLD_SIZE", "1", 1);
  EXPECT_EQ(train({}).err, "unipic: WORLD_SIZE is set, but not RANK\n");
  setenv("RANK", "0", 1);
  setenv("LOCAL_RANK", "0", 1);
  setenv("MASTER_ADDR", "127.0.0.1", 1);
  setenv("MASTER_PORT", "1", 1);
  const auto outcome = train({"--nproc", "2"});
  for (const auto* name : {"WORLD_SIZE", "RANK", "LOCAL_RANK", "MASTER_ADDR", "MASTER_PORT"}) {
    unsetenv(name);
  }
  EXPECT_EQ(outcome.status, 2);
  EXPECT_EQ(outcome.err, "unipic: --nproc 2, but WORLD_SIZE says there is a launcher already\n");
}

}  // namespace
}  // namespace unipic
