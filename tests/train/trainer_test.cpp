#include "train/trainer.h"

#include <ATen/CPUGeneratorImpl.h>
#include <gtest/gtest.h>

#include "support/error.h"
#include "support/temporary_folder.h"
#include "train/run/metrics.h"

namespace unipic::train {
namespace {

// Learns a linear map from numbered random batches; its noise and data depend on the position
// alone.
class LinearTask : public Task {
 public:
  LinearTask() : weight_(torch::zeros({4, 3}).set_requires_grad(true)) {}

  std::vector<optim::ParameterGroup> parameter_groups(double weight_decay) override {
    return {{.parameters = {{"weight", weight_}}, .weight_decay = weight_decay}};
  }
  int64_t micro_batches() const override { return 2; }
  MicroBatchLoss compute(const BatchPosition& position) override {
    auto generator = torch::make_generator<torch::CPUGeneratorImpl>(
        static_cast<uint64_t>(position.step * 2 + position.micro_batch));
    const auto x = torch::randn({16, 3}, generator);
    const auto wanted = x.mm(torch::ones({3, 4}));
    return {.loss = (x.mm(weight_.t()) - wanted).square().mean(),
            .figures = {{"seen", static_cast<double>(position.step)}},
            .num_samples = 16};
  }
  Figures evaluate() override {
    return {{"distance", (weight_.detach() - 1).abs().max().item<double>()}};
  }
  void write_model(const std::filesystem::path& folder) override {
    std::filesystem::create_directories(folder);
    save_tensors(folder / "linear.safetensors", {{"weight", weight_.detach()}});
  }

  torch::Tensor weight() const { return weight_.detach().clone(); }

 private:
  torch::Tensor weight_;
};

TrainerSettings quick(int64_t steps) {
  TrainerSettings settings;
  settings.steps = steps;
  settings.lr = 0.05;
  settings.ema_decay = 0.9;
  settings.log_every = 5;
  settings.evaluate_every = 10;
  settings.show_every = 0;
  settings.checkpoint_every = 10;
  return settings;
}

// Runs to `stop_at` updates and is then stopped, as by Ctrl-C.
void run_until(Task& task, const TrainerSettings& settings, const std::filesystem::path& folder,
               int64_t stop_at) {
  std::stop_source stop;
  Trainer trainer(task, settings, folder);
  const RunControl control{.stop = stop.get_token()};
  EXPECT_THROW(trainer.run(control,
                           [&](const StepReport& report) {
                             if (report.step == stop_at) stop.request_stop();
                           }),
               Cancelled);
}

TEST(Trainer, Learns) {
  const test::TemporaryFolder folder;
  LinearTask task;
  Trainer trainer(task, quick(300), folder.path() / "run");
  trainer.run({});
  EXPECT_LT(task.evaluate().at("distance"), 0.05);
  EXPECT_TRUE(std::filesystem::exists(folder.path() / "run/model/linear.safetensors"));
}

TEST(Trainer, ThatIsStoppedAndResumedEndsAsIfItHadRunThrough) {
  const test::TemporaryFolder folder;
  LinearTask straight;
  Trainer(straight, quick(40), folder.path() / "straight").run({});

  const auto run = folder.path() / "resumed";
  {
    LinearTask first;
    run_until(first, quick(40), run, 13);
  }
  {
    LinearTask second;
    run_until(second, quick(40), run, 27);
  }
  LinearTask third;
  Trainer trainer(third, quick(40), run);
  EXPECT_EQ(trainer.step(), 27);
  trainer.run({});
  EXPECT_TRUE(torch::equal(third.weight(), straight.weight()));

  const auto averages = [&](const std::filesystem::path& path) {
    auto average = torch::zeros({4, 3});
    restore_tensors(path / "model/linear.safetensors", {{"weight", average}});
    return average;
  };
  EXPECT_TRUE(torch::equal(averages(run), averages(folder.path() / "straight")));
  EXPECT_FALSE(torch::equal(averages(run), third.weight()));
}

TEST(Trainer, LogsEachStepOnceAfterAResume) {
  const test::TemporaryFolder folder;
  const auto run = folder.path() / "run";
  {
    LinearTask first;
    run_until(first, quick(40), run, 25);
  }
  LinearTask second;
  Trainer(second, quick(40), run).run({});
  std::vector<int64_t> logged;
  for (const auto& line : read_metrics(run / "metrics.jsonl")) {
    if (line.values.contains("loss")) logged.push_back(line.step);
  }
  EXPECT_EQ(logged, (std::vector<int64_t>{5, 10, 15, 20, 25, 30, 35, 40}));
}

TEST(Trainer, FallsBackToTheCheckpointBeforeADamagedOne) {
  const test::TemporaryFolder folder;
  const auto run = folder.path() / "run";
  {
    LinearTask first;
    run_until(first, quick(40), run, 25);
  }
  std::filesystem::resize_file(checkpoint_folder(run, 25) / "weights.safetensors", 40);
  LinearTask second;
  const Trainer trainer(second, quick(40), run);
  EXPECT_EQ(trainer.step(), 20);
  ASSERT_EQ(trainer.damaged().size(), 1);
  EXPECT_NE(trainer.damaged()[0].find("weights.safetensors"), std::string::npos);
}

TEST(Trainer, CountsSamplesThatWereLeftOutAndNamesEachOnce) {
  class TornTask : public LinearTask {
    MicroBatchLoss compute(const BatchPosition& position) override {
      auto result = LinearTask::compute(position);
      if (position.micro_batch == 0) result.skipped = {"torn.png: cut short"};
      return result;
    }
  };
  const test::TemporaryFolder folder;
  TornTask task;
  std::vector<std::string> told;
  Trainer(task, quick(10), folder.path() / "run").run({}, [&](const StepReport& report) {
    told.insert(told.end(), report.skipped.begin(), report.skipped.end());
  });
  EXPECT_EQ(told, (std::vector<std::string>{"torn.png: cut short"}));
  std::vector<double> counts;
  for (const auto& line : read_metrics(folder.path() / "run/metrics.jsonl")) {
    if (line.values.contains("data/skipped")) counts.push_back(line.values.at("data/skipped"));
  }
  EXPECT_EQ(counts, (std::vector<double>{5, 10}));
}

TEST(Trainer, RefusesARunFolderThatIsInUse) {
  const test::TemporaryFolder folder;
  LinearTask task;
  const Trainer first(task, quick(1), folder.path() / "run");
  EXPECT_NE(test::error_of([&] { Trainer(task, quick(1), folder.path() / "run"); }), "no error");
}

TEST(Trainer, RefusesCheckpointsOfAnotherModel) {
  const test::TemporaryFolder folder;
  {
    LinearTask task;
    Trainer(task, quick(1), folder.path() / "run").run({});
  }
  class OtherTask : public LinearTask {
    std::vector<optim::ParameterGroup> parameter_groups(double weight_decay) override {
      auto groups = LinearTask::parameter_groups(weight_decay);
      groups[0].parameters[0].name = "bias";
      return groups;
    }
  };
  OtherTask other;
  EXPECT_NE(test::error_of([&] { Trainer(other, quick(1), folder.path() / "run"); }).find("'bias'"),
            std::string::npos);
}

}  // namespace
}  // namespace unipic::train
