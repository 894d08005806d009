#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/environment.h"

namespace unipic::train {

// How a run stands, told with every line of its log.
struct TrainStatus {
  int64_t step = 0;
  int64_t steps = 0;
  std::map<std::string, double> figures = {};
  std::string line = {};  // the same for a person
};

struct TrainOptions {
  std::filesystem::path recipe;
  std::vector<std::string> overrides = {};  // "trainer.lr=1e-4"
  std::stop_token stop = {};
  // Called on rank 0 alone.
  std::function<void(const TrainStatus& status)> on_status = {};
  // Told in one line about what is odd but stops nothing: samples left out, damaged checkpoints.
  std::function<void(const std::string& line)> on_warning = {};
  // Which of several processes this is; none if it is the only one.
  std::optional<ProcessEnvironment> process = {};
};

// Runs a recipe to its end, going on where an interrupted run left off. Throws `UsageError` for a
// recipe that makes no sense, `Cancelled` when stopped (after a checkpoint), `Error` otherwise.
void train(const TrainOptions& options);

// The recipe with all defaults and overrides filled in, as TOML.
std::string complete_recipe(const TrainOptions& options);

}  // namespace unipic::train
