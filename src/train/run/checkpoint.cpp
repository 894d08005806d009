#include "train/run/checkpoint.h"

#include <algorithm>
#include <charconv>

#include "base/check.h"
#include "train/run/manifest.h"

namespace unipic::train {
namespace {

constexpr std::string_view kPrefix = "step-";

std::string folder_name(int64_t step) { return fmt::format("{}{:08}", kPrefix, step); }

// The step that a folder's name stands for, if it is one that `folder_name` gives.
std::optional<int64_t> step_of(const std::string& name) {
  if (!name.starts_with(kPrefix)) return std::nullopt;
  int64_t step = 0;
  std::from_chars(name.data() + kPrefix.size(), name.data() + name.size(), step);
  if (step < 0 || folder_name(step) != name) return std::nullopt;
  return step;
}

}  // namespace

std::filesystem::path checkpoints_folder(const std::filesystem::path& run) {
  return run / "checkpoints";
}

std::filesystem::path checkpoint_folder(const std::filesystem::path& run, int64_t step) {
  return checkpoints_folder(run) / folder_name(step);
}

std::vector<int64_t> checkpoint_steps(const std::filesystem::path& run) {
  std::vector<int64_t> steps;
  if (!std::filesystem::is_directory(checkpoints_folder(run))) return steps;
  for (const auto& entry : std::filesystem::directory_iterator(checkpoints_folder(run))) {
    if (const auto step = step_of(entry.path().filename().string())) steps.push_back(*step);
  }
  std::ranges::sort(steps);
  return steps;
}

Checkpoint open_checkpoint(const std::filesystem::path& folder) {
  check(std::filesystem::is_directory(folder), "{}: no such checkpoint", folder.string());
  const auto manifest = read_manifest(folder);
  verify_files(folder, manifest);
  return {.step = manifest.step, .folder = folder};
}

Checkpoint open_checkpoint(const std::filesystem::path& run, int64_t step) {
  auto checkpoint = open_checkpoint(checkpoint_folder(run, step));
  check(checkpoint.step == step, "{}: the manifest is of step {}", checkpoint.folder.string(),
        checkpoint.step);
  return checkpoint;
}

CheckpointSearch find_newest_checkpoint(const std::filesystem::path& run) {
  CheckpointSearch search;
  auto steps = checkpoint_steps(run);
  std::ranges::reverse(steps);
  for (const int64_t step : steps) {
    try {
      search.newest = open_checkpoint(run, step);
      break;
    } catch (const Error& error) {
      search.damaged.emplace_back(error.what());
    }
  }
  return search;
}

}  // namespace unipic::train
