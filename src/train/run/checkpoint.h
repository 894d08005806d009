#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace unipic::train {

// A finished checkpoint whose files were all found to be as they were written.
struct Checkpoint {
  int64_t step = 0;
  std::filesystem::path folder;
};

struct CheckpointSearch {
  std::optional<Checkpoint> newest;
  std::vector<std::string> damaged;  // one line for each newer one that was passed over
};

// The newest checkpoint of the run folder `run` that verifies; unfinished ones are not looked at.
CheckpointSearch find_newest_checkpoint(const std::filesystem::path& run);

// The checkpoint of one step, or in one folder. Throw `Error` that says what is wrong with it.
Checkpoint open_checkpoint(const std::filesystem::path& run, int64_t step);
Checkpoint open_checkpoint(const std::filesystem::path& folder);

// Steps of the finished checkpoints of a run, in order, whether they verify or not.
std::vector<int64_t> checkpoint_steps(const std::filesystem::path& run);

// RUN/checkpoints, and RUN/checkpoints/step-00001200 in it.
std::filesystem::path checkpoints_folder(const std::filesystem::path& run);
std::filesystem::path checkpoint_folder(const std::filesystem::path& run, int64_t step);

}  // namespace unipic::train
