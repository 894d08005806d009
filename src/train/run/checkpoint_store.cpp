#include "train/run/checkpoint_store.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "base/atomic_file.h"
#include "base/check.h"
#include "train/run/durable.h"
#include "train/run/manifest.h"

namespace unipic::train {
namespace {

constexpr std::string_view kUnfinished = ".tmp";

std::filesystem::path unfinished(const std::filesystem::path& run, int64_t step) {
  return checkpoint_folder(run, step) += kUnfinished;
}

void remove_folder(const std::filesystem::path& folder) {
  std::error_code failure;
  std::filesystem::remove_all(folder, failure);
  check(!failure, "{}: cannot remove: {}", folder.string(), failure.message());
}

// Out of readers' sight first, so that none sees half a checkpoint.
void remove_checkpoint(const std::filesystem::path& run, int64_t step) {
  remove_folder(unfinished(run, step));
  rename_durably(checkpoint_folder(run, step), unfinished(run, step));
  remove_folder(unfinished(run, step));
}

// Makes every file and folder below `folder` durable and lists the files.
Manifest sync_and_measure(const std::filesystem::path& folder, int64_t step) {
  Manifest manifest{.step = step, .files = {}};
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    const auto& path = entry.path();
    const auto status = entry.symlink_status();
    if (std::filesystem::is_directory(status)) {
      sync_folder(path);
      continue;
    }
    check(std::filesystem::is_regular_file(status), "{}: is neither a file nor a folder",
          path.string());
    const auto name = path.lexically_relative(folder).generic_string();
    check_file_name(name, folder);
    sync_file(path);
    manifest.files[name] = measure_file(path);
  }
  check(!manifest.files.empty(), "{}: a checkpoint without files", folder.string());
  return manifest;
}

void point_latest_at(const std::filesystem::path& run, int64_t step) {
  write_file_atomically(checkpoints_folder(run) / "latest",
                        checkpoint_folder(run, step).filename().string() + "\n");
}

void remove_old(const std::filesystem::path& run, const CheckpointRetention& retention) {
  const auto steps = checkpoint_steps(run);
  const auto num_newest = std::min(steps.size(), static_cast<size_t>(retention.newest));
  for (size_t i = 0; i + num_newest < steps.size(); ++i) {
    const bool kept = retention.every > 0 && steps[i] % retention.every == 0;
    if (!kept) remove_checkpoint(run, steps[i]);
  }
}

}  // namespace

void CheckpointRetention::validate() const {
  check_usage(newest >= 1, "checkpoints: at least one must be kept, not {}", newest);
  check_usage(every >= 0, "checkpoints: every {} steps makes no sense", every);
}

CheckpointWriter::CheckpointWriter(std::filesystem::path run, int64_t step,
                                   CheckpointRetention retention)
    : run_(std::move(run)), step_(step), retention_(retention), folder_(unfinished(run_, step)) {
  remove_folder(folder_);
  std::error_code failure;
  std::filesystem::create_directory(folder_, failure);
  check(!failure, "{}: cannot make the folder: {}", folder_.string(), failure.message());
}

CheckpointWriter::~CheckpointWriter() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::filesystem::path CheckpointWriter::file(const std::string& name) const {
  check_file_name(name, folder_);
  auto path = folder_ / name;
  std::error_code failure;
  std::filesystem::create_directories(path.parent_path(), failure);
  check(!failure, "{}: cannot make the folder: {}", path.parent_path().string(), failure.message());
  return path;
}

Checkpoint CheckpointWriter::finish() {
  write_manifest(folder_, sync_and_measure(folder_, step_));
  sync_folder(folder_);
  auto finished = checkpoint_folder(run_, step_);
  rename_durably(folder_, finished);
  point_latest_at(run_, step_);
  remove_folder(folder_);  // what was there before under the same name
  remove_old(run_, retention_);
  return {.step = step_, .folder = std::move(finished)};
}

CheckpointStore::CheckpointStore(const RunFolder& run, CheckpointRetention retention)
    : run_(run.path()), retention_(retention) {
  retention_.validate();
  const auto folder = checkpoints_folder(run_);
  std::error_code failure;
  std::filesystem::create_directories(folder, failure);
  check(!failure, "{}: cannot make the folder: {}", folder.string(), failure.message());
  std::vector<std::filesystem::path> stale;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == kUnfinished) stale.push_back(entry.path());
  }
  std::ranges::for_each(stale, remove_folder);
  sync_folder(run_);
}

CheckpointWriter CheckpointStore::begin(int64_t step) const {
  check(step >= 0, "{}: a checkpoint of step {}", run_.string(), step);
  return {run_, step, retention_};
}

void CheckpointStore::discard_after(int64_t step) const {
  for (const int64_t later : checkpoint_steps(run_)) {
    if (later > step) remove_checkpoint(run_, later);
  }
  const auto left = checkpoint_steps(run_);
  if (!left.empty()) point_latest_at(run_, left.back());
}

}  // namespace unipic::train
