#include "train/trainer.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <string>

#include "base/check.h"
#include "ops/mixed_precision.h"
#include "ops/placement.h"
#include "train/precision.h"
#include "train/run/metrics.h"
#include "train/tensor_store.h"

namespace unipic::train {
namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

namespace {

constexpr const char* kWeights = "weights.safetensors";
constexpr const char* kOptimizer = "optimizer.safetensors";
constexpr const char* kAverages = "averages.safetensors";

std::vector<optim::NamedParameter> all_parameters(const ShardedOptimizer& optimizer) {
  std::vector<optim::NamedParameter> all;
  for (const auto& group : optimizer.groups()) {
    all.insert(all.end(), group.parameters.begin(), group.parameters.end());
  }
  return all;
}

std::vector<torch::Tensor> all_tensors(const ShardedOptimizer& optimizer) {
  std::vector<torch::Tensor> tensors;
  for (const auto& parameter : all_parameters(optimizer)) tensors.push_back(parameter.tensor);
  return tensors;
}

bool is_due(int64_t step, int64_t every) { return every > 0 && step % every == 0; }

// Seconds since 1970.
double wall_time() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

LearningRateSchedule schedule_of(const TrainerSettings& settings) {
  const auto steps = static_cast<double>(settings.steps);
  return {.shape = settings.schedule,
          .peak = settings.lr,
          .num_steps = std::max<int64_t>(1, settings.steps),
          .warmup_steps = static_cast<int64_t>(settings.warmup * steps),
          .decay_steps = static_cast<int64_t>(0.2 * steps)};
}

optim::OptimizerOptions optimizer_options(const TrainerSettings& settings) {
  return {.algorithm = settings.optimizer,
          .adamw = {.beta1 = settings.beta1, .beta2 = settings.beta2, .eps = settings.eps},
          .muon = {.momentum = settings.momentum, .scale = settings.muon_scale}};
}

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

}  // namespace

void TrainerSettings::validate() const {
  check_usage(steps >= 0, "trainer.steps = {}, must not be negative", steps);
  check_usage(threads >= 0 && threads <= 4096, "trainer.threads = {}, not within 0..4096", threads);
  check_usage(lr >= 0 && std::isfinite(lr), "trainer.lr = {}, must not be negative", lr);
  check_usage(warmup >= 0 && warmup <= 1, "trainer.warmup = {}, not within 0..1", warmup);
  check_usage(clip > 0, "trainer.clip = {}, must be positive", clip);
  check_usage(momentum >= 0 && momentum < 1, "trainer.momentum = {}, not within 0..1", momentum);
  check_usage(muon_scale > 0 && std::isfinite(muon_scale),
              "trainer.muon_scale = {}, must be positive", muon_scale);
  check_usage(ema_decay >= 0 && ema_decay < 1, "trainer.ema_decay = {}, not within 0..1",
              ema_decay);
  check_usage(data_workers >= 0 && data_workers <= 1024,
              "trainer.data_workers = {}, not within 0..1024", data_workers);
  check_usage(log_every > 0 && evaluate_every > 0 && checkpoint_every > 0,
              "trainer.log_every, evaluate_every and checkpoint_every must be positive");
  keep.validate();
}

Trainer::Trainer(Task& task, const TrainerSettings& settings, const fs::path& run_folder,
                 ProcessGroup processes)
    : task_(task),
      settings_((settings.validate(), settings)),
      device_(ops::device_named(settings.device)),
      compute_type_(compute_type(settings.precision, device_)),
      path_(run_folder),
      processes_(std::move(processes)),
      optimizer_(task.parameter_groups(settings.weight_decay), optimizer_options(settings),
                 processes_, settings.shard_optimizer),
      gradients_(all_tensors(optimizer_), processes_),
      learning_rate_(schedule_of(settings)) {
  if (processes_.is_first()) {
    run_folder_.emplace(path_);
    store_.emplace(*run_folder_, settings_.keep);
    if (settings_.ema_decay > 0) ema_.emplace(all_parameters(optimizer_), settings_.ema_decay);
  }
  resume();
  if (run_folder_) metrics_.emplace(*run_folder_, step_ == 0 ? -1 : step_, wall_time());
}

NamedTensors Trainer::weights() const {
  NamedTensors weights;
  for (const auto& [name, tensor] : all_parameters(optimizer_)) weights[name] = tensor;
  return weights;
}

// Rank 0 alone verifies, and gives its weights to all, also in a new run.
void Trainer::resume() {
  int64_t found = -1;
  if (processes_.is_first()) {
    auto search = find_newest_checkpoint(path_);
    damaged_ = std::move(search.damaged);
    if (search.newest) {
      found = search.newest->step;
      restore_tensors(search.newest->folder / kWeights, weights());
      if (ema_) restore_tensors(search.newest->folder / kAverages, ema_->state());
    }
    store_->discard_after(found);
  }
  found = processes_.broadcast(found, 0);
  broadcast_in_buckets(all_tensors(optimizer_), 0, processes_);
  if (found < 0) return;
  optimizer_.restore(checkpoint_folder(path_, found) / kOptimizer);
  step_ = found;
}

// When it returns on any process, the checkpoint is there.
void Trainer::save_checkpoint() {
  const auto optimizer_state = optimizer_.gather_state();
  if (store_) {
    auto checkpoint = store_->begin(step_);
    save_tensors(checkpoint.file(kWeights), weights());
    save_tensors(checkpoint.file(kOptimizer), optimizer_state);
    if (ema_) save_tensors(checkpoint.file(kAverages), ema_->state());
    checkpoint.finish();
  }
  processes_.meet();
}

// What this process's mean of `num_terms` counts for in the mean of all.
double Trainer::share_of_mean(int64_t num_terms) {
  const double all = processes_.sum({static_cast<double>(num_terms)})[0];
  return all > 0 ? static_cast<double>(num_terms) / all : 1.0;
}

void Trainer::sum_over_processes(StepReport& report) {
  std::vector<double> numbers = {report.loss, static_cast<double>(report.num_samples),
                                 static_cast<double>(report.num_tokens),
                                 static_cast<double>(report.num_skipped)};
  for (const auto& [name, value] : report.figures) numbers.push_back(value);
  numbers = processes_.sum(std::move(numbers));
  report.loss = numbers[0];
  report.num_samples = static_cast<int64_t>(numbers[1]);
  report.num_tokens = static_cast<int64_t>(numbers[2]);
  report.num_skipped = static_cast<int64_t>(numbers[3]);
  size_t index = 4;
  for (auto& [name, value] : report.figures) value = numbers[index++];
}

StepReport Trainer::update() {
  const auto start = Clock::now();
  StepReport report{.step = step_ + 1, .lr = learning_rate_.at(step_)};
  const int64_t num_micro_batches = task_.micro_batches();
  std::map<std::string, double> num_figures;  // a kind may have several micro-batches a step
  optimizer_.zero_grad();
  for (int64_t micro_batch = 0; micro_batch < num_micro_batches; ++micro_batch) {
    MicroBatchLoss part;
    {
      const ops::MixedPrecision mixed(compute_type_, device_);
      part = task_.compute({.step = step_,
                            .micro_batch = micro_batch,
                            .rank = processes_.rank(),
                            .num_ranks = processes_.num_ranks()});
    }
    const double share = share_of_mean(part.num_terms);
    // The mean of nothing is no number.
    const auto counted = [&](double value) { return share > 0 ? value * share : 0.0; };
    if (micro_batch + 1 == num_micro_batches) gradients_.begin();
    // A loss may reach only weights that are frozen.
    if (part.loss.requires_grad() && share > 0) {
      (part.loss * share / static_cast<double>(num_micro_batches)).backward();
    }
    report.loss += counted(part.loss.item<double>()) / static_cast<double>(num_micro_batches);
    report.num_samples += part.num_samples;
    report.num_tokens += part.num_tokens;
    report.data_seconds += part.data_seconds;
    report.num_skipped += std::ssize(part.skipped);
    report.skipped.insert(report.skipped.end(), part.skipped.begin(), part.skipped.end());
    for (const auto& [name, value] : part.figures) {
      report.figures[name] += counted(value);
      num_figures[name] += 1;
    }
  }
  for (auto& [name, value] : report.figures) value /= num_figures[name];
  gradients_.finish();
  sum_over_processes(report);
  check(std::isfinite(report.loss), "the loss of step {} is {}: stopped; try a lower trainer.lr",
        report.step, report.loss);
  report.gradient_norm = optim::clip_gradients(optimizer_.groups(), settings_.clip);
  optimizer_.step(report.lr);
  if (ema_) ema_->update();
  report.seconds = seconds_since(start);
  ++step_;
  note_skipped(report);
  return report;
}

void Trainer::note_skipped(StepReport& report) {
  constexpr size_t kMostTold = 10;
  num_skipped_ += report.num_skipped;
  std::erase_if(report.skipped, [&](const std::string& line) {
    return told_skipped_.size() == kMostTold || !told_skipped_.insert(line).second;
  });
  if (!metrics_) return;
  for (const auto& line : report.skipped) {
    metrics_->write_text(report.step, wall_time(), "data/skipped", line);
  }
}

template <typename Action>
void Trainer::with_averages(Action&& action) {
  if (ema_) ema_->swap();
  try {
    action();
  } catch (...) {
    if (ema_) ema_->swap();
    throw;
  }
  if (ema_) ema_->swap();
}

void Trainer::log(const StepReport& report) {
  Figures figures = {
      {"loss", report.loss},
      {"gradient_norm", report.gradient_norm},
      {"lr", report.lr},
      {"samples_per_second", static_cast<double>(report.num_samples) / report.seconds},
      {"tokens_per_second", static_cast<double>(report.num_tokens) / report.seconds},
      {"data_wait", report.data_seconds / report.seconds},
      {"data/skipped", static_cast<double>(num_skipped_)}};
  for (const auto& [name, value] : report.figures) figures["loss/" + name] = value;
  metrics_->write(report.step, wall_time(), figures);
}

void Trainer::look_at_results(bool is_last) {
  if (is_due(step_, settings_.evaluate_every) || is_last) {
    Figures figures;
    with_averages([&] {
      for (const auto& [name, value] : task_.evaluate()) figures["held_out/" + name] = value;
    });
    if (!figures.empty()) metrics_->write(step_, wall_time(), figures);
  }
  if (is_due(step_, settings_.show_every) || (is_last && settings_.show_every > 0)) {
    show_results();
  }
}

void Trainer::draw_loss_curves() {
  const auto rows = read_metrics(metrics_->path());
  std::vector<std::string> names;
  for (const auto& row : rows) {
    for (const auto& [name, value] : row.values) {
      const bool is_loss = name == "loss" || name.starts_with("loss/") ||
                           name.starts_with("held_out/full_mask/") ||
                           name.starts_with("held_out/flow/");
      if (is_loss && std::ranges::find(names, name) == names.end()) names.push_back(name);
    }
  }
  metrics_->draw_curves(names, {.title = path_.filename().string()});
}

void Trainer::show_results() {
  std::optional<Image> picture;
  with_averages([&] { picture = task_.show(); });
  if (picture) {
    const auto folder = path_ / "pictures";
    fs::create_directories(folder);
    write_image(folder / fmt::format("step-{:08}.png", step_), *picture);
    metrics_->write_picture(step_, wall_time(), "samples", *picture);
  }
  draw_loss_curves();
}

void Trainer::run(const RunControl& control,
                  const std::function<void(const StepReport&)>& on_step) {
  while (step_ < settings_.steps) {
    if (processes_.any(control.stop.stop_requested())) {
      save_checkpoint();
      control.check_stop();
      throw Cancelled("another process of the run was asked to stop");
    }
    const auto report = update();
    const bool is_last = step_ == settings_.steps;
    if (processes_.is_first()) {
      if (is_due(step_, settings_.log_every) || is_last) log(report);
      look_at_results(is_last);
    }
    if (is_due(step_, settings_.checkpoint_every) || is_last) save_checkpoint();
    if (on_step) on_step(report);
  }
  if (processes_.is_first()) {
    fs::remove_all(path_ / "model");
    with_averages([&] { task_.write_model(path_ / "model"); });
  }
  processes_.meet();
}

}  // namespace unipic::train
