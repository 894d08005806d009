#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>

namespace unipic {

// Writes a file beside its place and moves it there when it is complete: readers see the old file
// or the whole new one, never a part, also after a crash.
class AtomicFile {
 public:
  // Throws `Error` if the folder of `path` is missing or cannot be written, or `path` is a folder.
  explicit AtomicFile(std::filesystem::path path);
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;
  // Removes what was written unless `commit` was called.
  ~AtomicFile();

  void write(std::span<const std::byte> bytes);
  void write(std::string_view text);
  // Bytes written so far.
  size_t size() const { return size_; }
  // Makes the file durable (fsync of file and folder) and visible under its name.
  void commit();

 private:
  std::filesystem::path path_;
  std::string temporary_;
  int fd_ = -1;
  size_t size_ = 0;
};

// Writes all of `bytes` to `path` as `AtomicFile` does.
void write_file_atomically(const std::filesystem::path& path, std::span<const std::byte> bytes);
void write_file_atomically(const std::filesystem::path& path, std::string_view text);

// Throws `Error` unless a file could be written at `path`; leaves nothing behind. For finding out
// before hours of work rather than after.
void check_writable(const std::filesystem::path& path);

}  // namespace unipic
