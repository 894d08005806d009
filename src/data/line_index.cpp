#include "data/line_index.h"

#include "base/check.h"
#include "data/sample_files.h"
#include "io/byte_reader.h"

namespace unipic::data {

std::vector<uint64_t> make_line_index(std::string_view text) {
  const auto last = trimmed(text);
  const auto end = last.empty() ? 0 : static_cast<size_t>(last.data() + last.size() - text.data());
  std::vector<uint64_t> index = {0};
  for (size_t begin = 0; begin < end;) {
    index.push_back(begin);
    const auto line_end = text.find('\n', begin);
    begin = line_end == text.npos ? end : line_end + 1;
  }
  index.front() = index.size() - 1;
  return index;
}

LineIndex::LineIndex(std::span<const std::byte> bytes, std::string_view text,
                     std::string_view name) {
  io::ByteReader reader(bytes, name);
  size_ = reader.take_number<uint64_t>();
  const bool fits = reader.left() % sizeof(uint64_t) == 0 && size_ == reader.left() / 8;
  check(fits, "{}: is not an index: it begins with {} and {} bytes follow", name, size_,
        reader.left());
  offsets_ = reader.take(reader.left());
  if (size_ == 0) {
    check(trimmed(text).empty(), "{}: the index has no lines but the file has", name);
    return;
  }
  const auto last = line(text, size_ - 1);
  const auto end = static_cast<size_t>(last.data() + last.size() - text.data());
  check(trimmed(text.substr(end)).empty(),
        "{}: the index ends before the file does; remove it to have it made again", name);
}

std::string_view LineIndex::line(std::string_view text, uint64_t number) const {
  io::ByteReader reader(offsets_, "index", number * sizeof(uint64_t));
  const auto begin = reader.take_number<uint64_t>();
  const bool begins = begin < text.size() && (begin == 0 || text[begin - 1] == '\n');
  check(begins, "the index says byte {}, but no line begins there", begin);
  return text.substr(begin, text.substr(begin).find('\n'));
}

}  // namespace unipic::data
