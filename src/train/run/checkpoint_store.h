#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "train/run/checkpoint.h"
#include "train/run/run_folder.h"

namespace unipic::train {

struct CheckpointRetention {
  int64_t newest = 3;  // how many to keep
  int64_t every = 0;   // keep also those whose step is a multiple of it; 0 for none

  template <typename Visitor>
  void visit(Visitor& v) {
    v.field("newest", newest, "checkpoints to keep");
    v.field("every", every, "keep also those whose step is a multiple of this; 0 for none");
  }
  bool operator==(const CheckpointRetention&) const = default;

  // Throws `UsageError`.
  void validate() const;
};

// A checkpoint while it is written. Its files are invisible to readers until `finish`, and gone if
// it is not reached.
class CheckpointWriter {
 public:
  CheckpointWriter(const CheckpointWriter&) = delete;
  CheckpointWriter& operator=(const CheckpointWriter&) = delete;
  ~CheckpointWriter();

  // Where to write the file `name`, which may lie in subfolders ("optimizer/moments.safetensors");
  // these are made. Throws `Error` for a name that leaves the checkpoint.
  std::filesystem::path file(const std::string& name) const;

  // Hashes all files and makes the checkpoint durable and visible. Then older ones that need not be
  // kept are removed. Throws `Error`; the checkpoint is then either finished or absent.
  Checkpoint finish();

 private:
  friend class CheckpointStore;
  CheckpointWriter(std::filesystem::path run, int64_t step, CheckpointRetention retention);

  const std::filesystem::path run_;
  const int64_t step_;
  const CheckpointRetention retention_;
  const std::filesystem::path folder_;  // RUN/checkpoints/step-00001200.tmp
};

// Writes the checkpoints of a run: RUN/checkpoints/step-00001200, each with a manifest of sizes and
// hashes. The text file RUN/checkpoints/latest names the last one finished.
class CheckpointStore {
 public:
  // Removes what an interrupted run left unfinished.
  CheckpointStore(const RunFolder& run, CheckpointRetention retention);

  // Begins the checkpoint of `step`; one that exists is replaced when the new one is finished. One
  // at a time.
  CheckpointWriter begin(int64_t step) const;

  // Removes the checkpoints after `step`: a run that goes on from an earlier one abandons them.
  void discard_after(int64_t step) const;

 private:
  const std::filesystem::path run_;
  const CheckpointRetention retention_;
};

}  // namespace unipic::train
