#pragma once

#include <torch/types.h>

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/background_threads.h"
#include "optim/parameters.h"
#include "unipic/image.h"

namespace unipic::train {

// Which of a run's micro-batches, and which part of it. What a task computes is a pure function of
// this and of the weights, so that a resumed run goes on as if nothing had happened; and which
// samples and random numbers all parts of a micro-batch have together does not depend on how many
// there are.
struct BatchPosition {
  int64_t step = 0;         // of the optimizer, from 0
  int64_t micro_batch = 0;  // within the step
  int64_t rank = 0;         // which part
  int64_t num_ranks = 1;    // of how many
};

// Figures by name, for the log.
using Figures = std::map<std::string, double>;

struct MicroBatchLoss {
  torch::Tensor loss;  // scalar with its graph; micro-batches are averaged
  Figures figures = {};
  // What the loss is the mean of; each process counts by how many of them it has.
  int64_t num_terms = 1;
  int64_t num_samples = 0;
  int64_t num_tokens = 0;
  double data_seconds = 0;  // spent on waiting for the batch
  // What was wrong with the samples that others stand in for.
  std::vector<std::string> skipped = {};
};

// What a task may use besides its data.
struct TaskResources {
  torch::Device device = torch::kCPU;
  // That read samples ahead; without them, samples are read when they are needed.
  std::shared_ptr<BackgroundThreads> readers = {};
};

// Something to train: a network, its data and its loss.
class Task {
 public:
  virtual ~Task() = default;

  // What the optimizer updates. The tensors stay the same over a run.
  virtual std::vector<optim::ParameterGroup> parameter_groups(double weight_decay) = 0;

  virtual int64_t micro_batches() const { return 1; }
  virtual MicroBatchLoss compute(const BatchPosition& position) = 0;

  // Figures on held-out data: the vital signs of a run.
  virtual Figures evaluate() { return {}; }
  // A picture that shows what the network can do, if it makes pictures.
  virtual std::optional<Image> show() { return {}; }
  // Writes the network in its published layout to `folder`, which does not exist yet. What else
  // there is to keep of it goes beside the folder.
  virtual void write_model(const std::filesystem::path& folder) = 0;
};

}  // namespace unipic::train
