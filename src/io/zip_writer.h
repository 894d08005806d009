#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/atomic_file.h"

namespace unipic::io {

// Writes stored entries of a zip archive one after the other; zip64 where a number needs it.
class ZipWriter {
 public:
  // Borrows `file`, which holds nothing yet, for the writer's life.
  explicit ZipWriter(AtomicFile& file) : file_(file) {}

  // Starts an entry of `size` bytes, of which the first lies at a multiple of `alignment`.
  void begin(std::string name, uint64_t size, size_t alignment = 1);
  void append(std::span<const std::byte> bytes);
  void end();
  // A whole entry.
  void add(std::string name, std::string_view content);
  // Writes the directory; the file still has to be committed.
  void finish();

 private:
  struct Entry {
    std::string name;
    uint64_t size = 0;
    uint64_t header = 0;
    uint32_t crc32 = 0;
  };

  AtomicFile& file_;
  std::vector<Entry> entries_;
};

}  // namespace unipic::io
