#pragma once

#include <filesystem>
#include <string_view>

namespace unipic::train {

// A file that grows at its end; what `append` was given is in the hands of the system when it
// returns, so that it outlives this process.
class AppendFile {
 public:
  // Makes the file if it is missing. Throws `Error`.
  explicit AppendFile(std::filesystem::path path);
  AppendFile(const AppendFile&) = delete;
  AppendFile& operator=(const AppendFile&) = delete;
  ~AppendFile();

  void append(std::string_view bytes);
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  int descriptor_ = -1;
};

}  // namespace unipic::train
