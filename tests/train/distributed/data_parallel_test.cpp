// Training in several processes computes what training in one does.

#include <gtest/gtest.h>

#include "models/unipic1/checkpoint.h"
#include "support/close.h"
#include "support/processes.h"
#include "support/temporary_folder.h"
#include "support/tiny_unipic1.h"
#include "train/grey_pictures.h"
#include "train/run/metrics.h"
#include "train/tasks/batches.h"
#include "train/tasks/unipic1_task.h"
#include "train/trainer.h"

namespace unipic::train {
namespace {

namespace fs = std::filesystem;
using torch::Tensor;

// Learns a linear map from numbered samples, of which some have more rows than others and few reach
// the bias. "unused" never has a gradient.
class NumberedTask : public Task {
 public:
  static constexpr int64_t kBatch = 5;

  // Each process begins elsewhere: rank 0's weights count.
  explicit NumberedTask(int64_t rank = 0)
      : weight_(torch::full({4, 3}, static_cast<double>(rank)).set_requires_grad(true)),
        bias_(torch::full({4}, static_cast<double>(rank)).set_requires_grad(true)),
        unused_(torch::ones({2}).set_requires_grad(true)) {}

  std::vector<optim::ParameterGroup> parameter_groups(double weight_decay) override {
    return {{.parameters = {{"weight", weight_}}, .weight_decay = weight_decay},
            {.parameters = {{"bias", bias_}, {"unused", unused_}}}};
  }
  int64_t micro_batches() const override { return 2; }
  MicroBatchLoss compute(const BatchPosition& position) override {
    const auto share = share_of(kBatch, position);
    const int64_t first = (position.step * 2 + position.micro_batch) * kBatch + share.first;
    std::vector<Tensor> errors;
    for (int64_t number = first; number < first + share.count; ++number) {
      const auto x =
          (torch::arange(3 * (1 + number % 3)) + number).to(torch::kFloat).sin().view({-1, 3});
      auto y = x.mm(weight_.t());
      if (number % 4 == 0) y = y + bias_;
      errors.push_back((y - x.sum(1, /*keepdim=*/true)).square());
    }
    const auto all = torch::cat(errors);
    return {.loss = all.mean(),
            .figures = {{"rows", static_cast<double>(all.size(0))}},
            .num_terms = all.size(0),
            .num_samples = share.count};
  }
  Figures evaluate() override { return {{"bias", bias_.sum().item<double>()}}; }
  void write_model(const fs::path& folder) override {
    fs::create_directories(folder);
    save_tensors(folder / "model", {{"weight", weight_.detach()}, {"bias", bias_.detach()}});
  }

 private:
  Tensor weight_, bias_, unused_;
};

TrainerSettings steps(int64_t count, bool shard = false) {
  TrainerSettings settings;
  settings.steps = count;
  settings.lr = 0.05;
  settings.clip = 0.5;
  settings.ema_decay = 0.9;
  settings.log_every = 1;
  settings.evaluate_every = 3;
  settings.show_every = 0;
  settings.checkpoint_every = 3;
  settings.shard_optimizer = shard;
  return settings;
}

void train_numbers(int64_t num_ranks, const TrainerSettings& settings, const fs::path& run) {
  const auto thrown = test::in_processes(num_ranks, [&](const ProcessEnvironment& place) {
    NumberedTask task(place.rank);
    Trainer(task, settings, run, test::join(place)).run({});
  });
  ASSERT_EQ(thrown, test::nothing_thrown(num_ranks));
}

std::vector<Tensor> numbers_in(const fs::path& run) {
  const NamedTensors model = {{"weight", torch::empty({4, 3})}, {"bias", torch::empty({4})}};
  restore_tensors(run / "model/model", model);
  return {model.at("weight"), model.at("bias")};
}

void expect_same_metrics(const fs::path& run, const fs::path& expected, double tolerance) {
  const auto rows = read_metrics(run / "metrics.jsonl");
  const auto expected_rows = read_metrics(expected / "metrics.jsonl");
  ASSERT_EQ(rows.size(), expected_rows.size());
  for (size_t row = 0; row < rows.size(); ++row) {
    EXPECT_EQ(rows[row].step, expected_rows[row].step);
    for (const auto& [name, value] : expected_rows[row].values) {
      if (name.ends_with("per_second") || name == "data_wait" || name == "loss/rows") continue;
      // Some are small differences of losses around 1.
      EXPECT_NEAR(rows[row].values.at(name), value, tolerance * (1e-2 + std::abs(value)))
          << name << " of step " << rows[row].step;
    }
  }
}

class DataParallel : public testing::TestWithParam<bool> {
 protected:
  const bool shard_ = GetParam();
  const test::TemporaryFolder folder_;
};

TEST_P(DataParallel, ThreeProcessesLearnWhatOneLearns) {
  train_numbers(1, steps(7), folder_ / "one");
  train_numbers(3, steps(7, shard_), folder_ / "three");
  const auto one = numbers_in(folder_ / "one");
  const auto three = numbers_in(folder_ / "three");
  for (size_t index = 0; index < one.size(); ++index) {
    EXPECT_TRUE(test::is_close(three[index], one[index], 1e-6));
    EXPECT_GT(one[index].abs().max().item<double>(), 0.01);
  }
  expect_same_metrics(folder_ / "three", folder_ / "one", 1e-5);
}

TEST_P(DataParallel, ARunGoesOnWithAnotherNumberOfProcesses) {
  train_numbers(1, steps(6), folder_ / "straight");
  const auto run = folder_ / "resumed";
  // Not to its end: the checkpoint of step 3 is what is left.
  auto settings = steps(6, shard_);
  for (const int64_t num_ranks : {2, 3, 1}) {
    const auto thrown = test::in_processes(num_ranks, [&](const ProcessEnvironment& place) {
      std::stop_source stop;
      NumberedTask task(place.rank);
      Trainer trainer(task, settings, run, test::join(place));
      const int64_t until = trainer.step() + 2;
      // Only the last of them is asked to stop.
      trainer.run({.stop = stop.get_token()}, [&](const StepReport& report) {
        if (report.step == until && place.rank == num_ranks - 1) stop.request_stop();
      });
    });
    for (const auto& message : thrown) {
      if (num_ranks == 1) {
        EXPECT_EQ(message, "");
      } else {
        EXPECT_NE(message.find("stop"), std::string::npos) << message;
      }
    }
  }
  const auto straight = numbers_in(folder_ / "straight");
  const auto resumed = numbers_in(run);
  for (size_t index = 0; index < straight.size(); ++index) {
    EXPECT_TRUE(test::is_close(resumed[index], straight[index], 1e-6));
  }
  expect_same_metrics(run, folder_ / "straight", 1e-5);
}

TEST_P(DataParallel, AnErrorOnOneProcessEndsTheOthers) {
  class FailingTask : public NumberedTask {
   public:
    MicroBatchLoss compute(const BatchPosition& position) override {
      check(position.rank != 1 || position.step < 2, "the disk of process 1 is gone");
      return NumberedTask::compute(position);
    }
  };
  const auto thrown = test::in_processes(2, [&](const ProcessEnvironment& place) {
    FailingTask task;
    Trainer(task, steps(7, shard_), folder_ / "run", test::join(place)).run({});
  });
  EXPECT_EQ(thrown[1], "the disk of process 1 is gone");
  EXPECT_EQ(thrown[0].find("process 0 of 2 cannot go on with the others: "), 0) << thrown[0];
}

INSTANTIATE_TEST_SUITE_P(PlainAndSharded, DataParallel, testing::Bool(),
                         [](const auto& info) { return info.param ? "Sharded" : "Plain"; });

TEST(BatchShare, SplitsABatchAsEvenlyAsCanBe) {
  const auto part = [](int64_t batch, int64_t rank) {
    const auto share = share_of(batch, {.rank = rank, .num_ranks = 3});
    return std::pair(share.first, share.count);
  };
  EXPECT_EQ(part(5, 0), std::pair(int64_t{0}, int64_t{1}));
  EXPECT_EQ(part(5, 1), std::pair(int64_t{1}, int64_t{2}));
  EXPECT_EQ(part(5, 2), std::pair(int64_t{3}, int64_t{2}));
  EXPECT_THROW(part(2, 0), UsageError);
}

void train_greys(int64_t num_ranks, bool shard, const fs::path& start, const fs::path& run) {
  const auto thrown = test::in_processes(num_ranks, [&](const ProcessEnvironment& place) {
    UniPic1Task task(unipic1::open_checkpoint(start), all_losses(), grey_sources(),
                     std::make_shared<GreySource>(GreySource::Kind::kCaption), /*seed=*/7);
    auto settings = few_steps(3);
    settings.evaluate_every = 3;
    settings.show_every = 0;
    settings.shard_optimizer = shard;
    // With a smaller one the first steps are signs of gradients, also of those that are rounding.
    settings.eps = 1e-3;
    Trainer(task, settings, run, test::join(place)).run({});
  });
  ASSERT_EQ(thrown, test::nothing_thrown(num_ranks));
}

// Of a batch of 3 one process has two and one has one.
TEST(DataParallelUniPic1, TwoProcessesLearnWhatOneLearns) {
  const test::TemporaryFolder folder;
  test::write_tiny_unipic1(folder / "start");
  train_greys(1, false, folder / "start", folder / "one");
  for (const bool shard : {false, true}) {
    const auto run = folder / (shard ? "sharded" : "two");
    train_greys(2, shard, folder / "start", run);
    expect_same_metrics(run, folder / "one", 1e-4);
    for (const auto* name : {"llm.model.embed_tokens.weight", "mar.z_proj.weight",
                             "mar.diffloss.net.input_proj.weight", "proj_out.2.weight"}) {
      const auto weight = [&](const fs::path& of) {
        return unipic1::open_checkpoint(of / "model").weights.tensor(name).clone();
      };
      const auto start = unipic1::open_checkpoint(folder / "start").weights.tensor(name).clone();
      const auto expected = weight(folder / "one");
      const double learnt = (expected - start).abs().max().item<double>();
      const double difference = (weight(run) - expected).abs().max().item<double>();
      EXPECT_LT(difference, 1e-3 * learnt) << name;
    }
  }
}

}  // namespace
}  // namespace unipic::train
