#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>

namespace unipic::io {

struct ZipEntry {
  std::span<const std::byte> bytes;  // as they lie in the file
  bool is_compressed = false;
};

// The files of a zip archive by their full name; folders are left out.
using ZipEntries = std::map<std::string, ZipEntry, std::less<>>;

bool is_zip(std::span<const std::byte> bytes);

// The entries of the archive in `bytes`, which the result borrows; zip64 too. Throws `Error` that
// begins with `name` if an entry is encrypted or outside the file, or two share a name.
// Checksums are not compared: that would read every page of the file.
ZipEntries parse_zip(std::span<const std::byte> bytes, std::string_view name);

}  // namespace unipic::io
