#pragma once

#include <torch/types.h>

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/run_control.h"
#include "optim/ema.h"
#include "train/distributed/gradient_sum.h"
#include "train/distributed/process_group.h"
#include "train/distributed/sharded_optimizer.h"
#include "train/run/checkpoint_store.h"
#include "train/run/learning_rate.h"
#include "train/run/metrics_log.h"
#include "train/run/run_folder.h"
#include "train/settings.h"
#include "train/task.h"
#include "train/tensor_store.h"

namespace unipic::train {

// What one update did.
struct StepReport {
  int64_t step = 0;  // updates done, this one included
  double loss = 0;
  double gradient_norm = 0;
  double lr = 0;
  double seconds = 0;
  double data_seconds = 0;
  int64_t num_samples = 0;
  int64_t num_tokens = 0;
  Figures figures = {};
  int64_t num_skipped = 0;  // samples that others stood in for
  // What was wrong with those of this process: the first ones of the run, each told once.
  std::vector<std::string> skipped = {};
};

// Updates the weights of a task and keeps its run folder: checkpoints, metrics, pictures. A run
// that was interrupted goes on from its newest good checkpoint, with the same results bit for bit.
// Of several processes each computes its part of every micro-batch; rank 0 alone writes and
// measures.
class Trainer {
 public:
  // Continues what `run_folder` holds, which all processes must see. Throws `Error` if its
  // checkpoints do not fit the task, or another run trains in it.
  Trainer(Task& task, const TrainerSettings& settings, const std::filesystem::path& run_folder,
          ProcessGroup processes = {});

  // Updates done so far.
  int64_t step() const { return step_; }
  // What was wrong with newer checkpoints than the one that was loaded, a line each.
  const std::vector<std::string>& damaged() const { return damaged_; }

  // Trains until all steps are done, then writes the model to `run_folder`/model. Writes a
  // checkpoint and throws `Cancelled` when stopped, as all processes do if one of them is.
  // `on_step` is told of every update.
  void run(const RunControl& control, const std::function<void(const StepReport&)>& on_step = {});

 private:
  StepReport update();
  void note_skipped(StepReport& report);
  double share_of_mean(int64_t num_terms);
  void sum_over_processes(StepReport& report);
  void log(const StepReport& report);
  void look_at_results(bool is_last);
  void show_results();
  void draw_loss_curves();
  void save_checkpoint();
  void resume();
  NamedTensors weights() const;
  // With the averaged weights in place, if there are any.
  template <typename Action>
  void with_averages(Action&& action);

  Task& task_;
  const TrainerSettings settings_;
  const torch::Device device_;
  const torch::ScalarType compute_type_;
  const std::filesystem::path path_;
  ProcessGroup processes_;
  ShardedOptimizer optimizer_;
  GradientSum gradients_;
  // Rank 0's alone, as are the averages.
  std::optional<RunFolder> run_folder_;
  std::optional<CheckpointStore> store_;
  std::optional<MetricsLog> metrics_;
  std::optional<optim::Ema> ema_;
  LearningRateSchedule learning_rate_;
  std::vector<std::string> damaged_;
  int64_t num_skipped_ = 0;             // samples, since this object was made
  std::set<std::string> told_skipped_;  // the first of them
  int64_t step_ = 0;
};

}  // namespace unipic::train
