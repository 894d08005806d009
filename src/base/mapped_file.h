#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>

namespace unipic {

// A whole file mapped read-only. Views of its bytes are valid while the object lives.
class MappedFile {
 public:
  // Throws `Error` if `path` is not a readable regular file. An empty file gives no bytes.
  static std::shared_ptr<const MappedFile> open(const std::filesystem::path& path);

  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  ~MappedFile();

  std::span<const std::byte> bytes() const { return bytes_; }
  const std::filesystem::path& path() const { return path_; }

  // Gives the memory of the whole pages inside `part` back; a later read fetches them again.
  void forget(std::span<const std::byte> part) const;

 private:
  MappedFile(std::filesystem::path path, std::span<const std::byte> bytes);

  std::filesystem::path path_;
  std::span<const std::byte> bytes_;
};

}  // namespace unipic
