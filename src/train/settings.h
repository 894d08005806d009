#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "optim/algorithm.h"
#include "train/run/checkpoint_store.h"
#include "train/run/learning_rate.h"

namespace unipic::train {

// The type of matrix products; everything else is fp32.
enum class Precision { kAuto, kF32, kBF16 };

constexpr auto recipe_names(Precision) {
  using enum Precision;
  return std::array{std::pair<std::string_view, Precision>{"auto", kAuto},
                    std::pair<std::string_view, Precision>{"f32", kF32},
                    std::pair<std::string_view, Precision>{"bf16", kBF16}};
}

// How a network is trained, whatever it is.
struct TrainerSettings {
  int64_t steps = 1000;
  uint64_t seed = 1;
  std::string device = "cpu";
  Precision precision = Precision::kAuto;
  int64_t threads = 0;
  int64_t data_workers = 2;

  optim::Algorithm optimizer = optim::Algorithm::kAdamW;
  double lr = 3e-4;
  LearningRateShape schedule = LearningRateShape::kCosine;
  double warmup = 0.01;
  double weight_decay = 0.02;
  double beta1 = 0.9;
  double beta2 = 0.95;
  double eps = 1e-8;
  double momentum = 0.95;
  double muon_scale = 0.2;
  double clip = 1.0;
  double ema_decay = 0.0;

  int64_t log_every = 10;
  int64_t evaluate_every = 200;
  int64_t show_every = 500;
  int64_t checkpoint_every = 500;
  CheckpointRetention keep = {.newest = 2};
  bool shard_optimizer = false;

  template <typename Visitor>
  void visit(Visitor& v) {
    v.field("steps", steps, "updates of the weights");
    v.field("seed", seed, "of starting weights, data order and noise");
    v.field("device", device, "cpu, cuda or cuda:N");
    v.field("precision", precision,
            "of matrix products: f32, bf16, or auto for bf16 where the machine multiplies in it");
    v.field("threads", threads, "of the CPU, a process; 0 divides all cores between them");
    v.field("data_workers", data_workers,
            "threads that read samples ahead; 0 reads them when they are needed");
    v.field("optimizer", optimizer,
            "adamw, or muon for the matrices between hidden layers and AdamW for the rest");
    v.field("lr", lr, "peak learning rate");
    v.field("schedule", schedule,
            "constant, cosine (to 0) or wsd (linear to 0 over the last fifth)");
    v.field("warmup", warmup, "share of the steps over which the learning rate rises");
    v.field("weight_decay", weight_decay, "of matrices outside the diffusion head");
    v.field("beta1", beta1, "AdamW's decay of the mean");
    v.field("beta2", beta2, "AdamW's decay of the square");
    v.field("eps", eps, "AdamW's epsilon");
    v.field("momentum", momentum, "Muon's decay of the mean");
    v.field("muon_scale", muon_scale, "root mean square of Muon's updates at learning rate 1");
    v.field("clip", clip, "largest norm of the gradient");
    v.field("ema_decay", ema_decay, "decay of the averaged weights that are written; 0 for none");
    v.field("log_every", log_every, "steps between lines of the log");
    v.field("evaluate_every", evaluate_every, "steps between measurements on held-out data");
    v.field("show_every", show_every, "steps between sample pictures; 0 for none");
    v.field("checkpoint_every", checkpoint_every, "steps between checkpoints");
    v.group("keep", keep, "which checkpoints stay");
    v.field("shard_optimizer", shard_optimizer,
            "of several processes, each keeps the optimizer's state of a part of the weights");
  }

  // Throws `UsageError` on values that make no sense.
  void validate() const;
};

}  // namespace unipic::train
