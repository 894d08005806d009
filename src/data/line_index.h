#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace unipic::data {

// The content of an index file for `text`: the number of lines, then the byte offset of each.
// Blank lines at the end do not count.
std::vector<uint64_t> make_line_index(std::string_view text);

// Finds lines by an index that may come from anywhere: little-endian 64-bit numbers as
// `make_line_index` gives them. Borrows the bytes of the index for its life.
class LineIndex {
 public:
  // Throws `Error` that begins with `name` unless `bytes` have the form of an index and reach to
  // the end of `text`; the other offsets are looked at when they are used.
  LineIndex(std::span<const std::byte> bytes, std::string_view text, std::string_view name);

  uint64_t size() const { return size_; }

  // Line `number`, from 0, of the `text` of the constructor, without its end. Throws `Error` if no
  // line begins at its offset.
  std::string_view line(std::string_view text, uint64_t number) const;

 private:
  std::span<const std::byte> offsets_;
  uint64_t size_ = 0;
};

}  // namespace unipic::data
