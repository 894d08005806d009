#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace unipic::data {

struct TarEntry {
  std::string name;
  uint64_t offset = 0;  // Where its content begins in the tar file.
  uint64_t size = 0;
};

// The regular files in a tar file, in its order; nothing is unpacked. `name` names the bytes in
// messages. Throws `Error` if they are no tar file, compressed, damaged, cut short, or hold more
// than `max_entries` files or a sparse one.
std::vector<TarEntry> list_tar(std::span<const std::byte> bytes, std::string_view name,
                               size_t max_entries = 10'000'000);

}  // namespace unipic::data
