#pragma once

#include <zlib.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace unipic::fuzz {

// `data` with the checksums of its PNG chunks made right: a random change would otherwise never get
// past them.
inline std::vector<uint8_t> with_png_checksums(const uint8_t* data, size_t size) {
  std::vector<uint8_t> file(data, data + size);
  const auto number = [&](size_t at) {
    return uint32_t{file[at]} << 24 | file[at + 1] << 16 | file[at + 2] << 8 | file[at + 3];
  };
  size_t at = 8;
  while (file.size() >= at + 12 && number(at) <= file.size() - at - 12) {
    const uint32_t length = number(at);
    const auto checksum = crc32(0, &file[at + 4], length + 4);
    for (size_t byte = 0; byte < 4; ++byte) {
      file[at + 8 + length + byte] = static_cast<uint8_t>(checksum >> (24 - 8 * byte));
    }
    at += size_t{length} + 12;
  }
  return file;
}

}  // namespace unipic::fuzz
