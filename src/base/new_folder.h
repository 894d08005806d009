#pragma once

#include <filesystem>

namespace unipic {

// Fills a folder beside its place and moves it there when it is complete, as `AtomicFile` does for
// a file.
class NewFolder {
 public:
  // Throws `Error` if `path` exists or its parent cannot be written to.
  explicit NewFolder(std::filesystem::path path);
  NewFolder(const NewFolder&) = delete;
  NewFolder& operator=(const NewFolder&) = delete;
  // Removes everything unless `commit` was called.
  ~NewFolder();

  // Where to write until then.
  const std::filesystem::path& path() const { return temporary_; }
  void commit();

 private:
  std::filesystem::path path_, temporary_;
  bool committed_ = false;
};

}  // namespace unipic
