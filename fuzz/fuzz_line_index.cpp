// The first byte is the length of an index file; a text follows it.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "data/line_index.h"
#include "unipic/error.h"

namespace {

using unipic::data::LineIndex;

void require(bool ok) {
  if (!ok) std::abort();
}

void read_lines(std::span<const std::byte> bytes, std::string_view text) {
  const LineIndex index(bytes, text, "index");
  for (uint64_t number = 0; number < index.size(); ++number) {
    const auto line = index.line(text, number);
    require(line.find('\n') == line.npos);
    require(line.data() == text.data() || line.data()[-1] == '\n');
    require(line.data() + line.size() <= text.data() + text.size());
  }
}

// Joined again, the lines that our own index finds are the text without its blank end.
void make_index(std::string_view text) {
  const auto words = unipic::data::make_line_index(text);
  const LineIndex index(std::as_bytes(std::span(words)), text, "own");
  std::string joined;
  for (uint64_t number = 0; number < index.size(); ++number) {
    if (number > 0) joined += '\n';
    joined += index.line(text, number);
  }
  require(text.starts_with(joined));
  const auto rest = text.substr(joined.size());
  require(rest.find_first_not_of(" \t\r\n\v\f") == rest.npos);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const auto input = std::as_bytes(std::span(data, size)).subspan(1);
  const auto length = std::min<size_t>(data[0], input.size());
  // Their own allocations, so that the sanitizer sees a read past an end.
  const std::vector<std::byte> index(input.begin(), input.begin() + length);
  const std::string text(reinterpret_cast<const char*>(input.data()) + length,
                         input.size() - length);
  make_index(text);
  try {
    read_lines(index, text);
  } catch (const unipic::Error&) {
  }
  return 0;
}
