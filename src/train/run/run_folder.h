#pragma once

#include <filesystem>

namespace unipic::train {

// The folder of one training run, held by one trainer at a time: a lock on the file `lock` in it,
// which the system gives back however the process ends.
class RunFolder {
 public:
  // Makes the folder if it is missing. Throws `Error` if another process holds it.
  explicit RunFolder(std::filesystem::path path);
  RunFolder(const RunFolder&) = delete;
  RunFolder& operator=(const RunFolder&) = delete;
  ~RunFolder();

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  int lock_ = -1;
};

}  // namespace unipic::train
