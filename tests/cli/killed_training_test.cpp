// Training that is killed without warning, again and again.

#include <gtest/gtest.h>

#include "base/check.h"
#include "base/random_stream.h"
#include "support/program.h"
#include "train/run/checkpoint.h"
#include "train/run/metrics.h"

namespace unipic {
namespace {

using test::run_program;

constexpr int64_t kSteps = 300;
constexpr int64_t kCheckpointEvery = 5;

const char* const kTinyVae = R"(
task = "vae"

[[source]]
kind = "scene captions"
size = 16

[trainer]
steps = 300
threads = 1
log_every = 1
evaluate_every = 1000
show_every = 0
checkpoint_every = 5
ema_decay = 0.9

[vae]
base_channels = 4
multipliers = [1, 2]
latent_channels = 2
norm_groups = 2
batch = 2
size = 16
crop = 8
held_out = 2
)";

class KilledTraining : public testing::Test {
 protected:
  KilledTraining() { test::write_file(folder_ / "recipe.toml", kTinyVae); }

  std::vector<std::string> train(const std::string& run) const {
    return {"train", (folder_ / "recipe.toml").string(), "out=" + (folder_ / run).string(), "-q"};
  }

  int64_t last_logged(const std::string& run) const {
    const auto path = folder_ / run / "metrics.jsonl";
    if (!std::filesystem::exists(path)) return 0;
    const auto rows = train::read_metrics(path);
    return rows.empty() ? 0 : rows.back().step;
  }
  int64_t last_saved(const std::string& run) const {
    const auto found = train::find_newest_checkpoint(folder_ / run);
    EXPECT_TRUE(found.damaged.empty()) << found.damaged.front();
    return found.newest ? found.newest->step : 0;
  }

  // Starts the training and kills it `num_steps` steps and `pause_us` later, or, with no steps,
  // `pause_us` after its start. Returns the microseconds that the steps took, the start included.
  uint32_t train_and_kill(const std::string& run, int64_t num_steps, uint32_t pause_us) const {
    const int64_t until = last_saved(run) + num_steps;
    const pid_t child =
        test::start_program(train(run), (folder_ / "out").string(), (folder_ / "err").string());
    int status = 0;
    const auto start = std::chrono::steady_clock::now();
    const auto elapsed = [&] { return std::chrono::steady_clock::now() - start; };
    while (num_steps > 0 && last_logged(run) < until) {
      check(waitpid(child, &status, WNOHANG) == 0, "ended: {}", test::read_file(folder_ / "err"));
      check(elapsed() < std::chrono::seconds(60), "no step {} in a minute", until);
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    const auto taken = std::chrono::duration_cast<std::chrono::microseconds>(elapsed()).count();
    std::this_thread::sleep_for(std::chrono::microseconds(pause_us));
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status)) << "it was done before it was killed";
    return static_cast<uint32_t>(taken);
  }

  std::string result(const std::string& run, const std::string& file) const {
    return test::read_file(folder_ / run / file);
  }

  const test::TemporaryFolder folder_;
};

TEST_F(KilledTraining, LosesAtMostTheWorkSinceTheLastCheckpointAndEndsWithTheSameBytes) {
  constexpr int kNumKills = 20;
  RandomStream random({.seed = 20});
  int64_t saved = 0;
  uint32_t start_us = 0;  // of this machine, as it is now, with a few steps
  for (int attempt = 0; attempt < kNumKills; ++attempt) {
    // Every fourth one dies somewhere in its start, before or after it has read its checkpoint.
    const bool in_start = attempt % 4 == 3;
    const auto num_steps = in_start ? 0 : random.between(1, 3 * kCheckpointEvery);
    const auto taken_us =
        train_and_kill("killed", num_steps, random.below(in_start ? start_us : 3'000));
    if (!in_start) start_us = taken_us;
    const auto now = last_saved("killed");
    EXPECT_GE(now, saved) << "after kill " << attempt;
    EXPECT_GE(now, last_logged("killed") - kCheckpointEvery) << "after kill " << attempt;
    saved = now;
  }
  EXPECT_GE(saved, kNumKills / 2 * kCheckpointEvery / 2) << "it got nowhere";
  EXPECT_LT(saved, kSteps);

  ASSERT_EQ(run_program(train("killed")).status, 0);
  ASSERT_EQ(run_program(train("straight")).status, 0);
  const std::string checkpoint = "checkpoints/step-00000300/";
  for (const std::string file : {"model/vae.safetensors", "model/vae.json"}) {
    EXPECT_EQ(result("killed", file), result("straight", file)) << file;
    EXPECT_FALSE(result("killed", file).empty()) << file;
  }
  for (const std::string file : {"weights", "optimizer", "averages"}) {
    const auto name = checkpoint + file + ".safetensors";
    EXPECT_EQ(result("killed", name), result("straight", name)) << name;
    EXPECT_FALSE(result("killed", name).empty()) << name;
  }
}

}  // namespace
}  // namespace unipic
