#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

#include "base/check.h"

namespace unipic::io {

static_assert(std::endian::native == std::endian::little, "files hold little-endian numbers");

// Takes numbers and runs of bytes from a hostile buffer. Reading past the end is an `Error` that
// begins with `where` and the byte offset: "x.bin: data.pkl byte 12: needs 4 bytes, 2 are left".
class ByteReader {
 public:
  // Borrows `bytes` and `where` for the reader's life. Starts at `offset`, at most the size.
  ByteReader(std::span<const std::byte> bytes, std::string_view where, size_t offset = 0)
      : bytes_(bytes), where_(where), offset_(offset) {}

  size_t offset() const { return offset_; }
  size_t left() const { return bytes_.size() - offset_; }

  std::span<const std::byte> take(uint64_t count) {
    require(count <= left(), offset_, "needs {} bytes, {} are left", count, left());
    const auto taken = bytes_.subspan(offset_, count);
    offset_ += count;
    return taken;
  }

  std::string_view take_text(uint64_t count) {
    const auto taken = take(count);
    return {reinterpret_cast<const char*>(taken.data()), taken.size()};
  }

  template <typename T>
  T take_number() {
    static_assert(std::is_arithmetic_v<T>);
    T value;
    std::memcpy(&value, take(sizeof(T)).data(), sizeof(T));
    return value;
  }

  // Throws `Error` about the byte at `offset` unless `ok`.
  template <typename... Args>
  void require(bool ok, size_t offset, fmt::format_string<Args...> message, Args&&... args) const {
    if (ok) [[likely]]
      return;
    throw Error(fmt::format("{} byte {}: {}", where_, offset,
                            fmt::format(message, std::forward<Args>(args)...)));
  }

 private:
  std::span<const std::byte> bytes_;
  std::string_view where_;
  size_t offset_;
};

}  // namespace unipic::io
