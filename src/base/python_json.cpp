#include "base/python_json.h"

#include <array>

#include "base/mapped_file.h"

namespace unipic {
namespace {

constexpr std::array<std::string_view, 3> kOddNumbers = {"-Infinity", "Infinity", "NaN"};

// How many characters the odd number at the beginning of `text` has; 0: there is none.
size_t odd_number_size(std::string_view text) {
  for (const auto number : kOddNumbers)
    if (text.starts_with(number)) return number.size();
  return 0;
}

}  // namespace

std::string without_odd_numbers(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  bool in_string = false;
  for (size_t at = 0; at < text.size(); ++at) {
    const size_t size = in_string ? 0 : odd_number_size(text.substr(at));
    if (size > 0) {
      plain += "null";
      at += size - 1;
      continue;
    }
    if (text[at] == '"') in_string = !in_string;
    plain += text[at];
    const bool escapes = in_string && text[at] == '\\' && at + 1 < text.size();
    if (escapes) plain += text[++at];
  }
  return plain;
}

Json read_python_json(const std::filesystem::path& path) {
  constexpr size_t kMaxBytes = size_t{16} << 20;
  const auto file = MappedFile::open(path);
  const auto bytes = file->bytes();
  check(bytes.size() <= kMaxBytes, "{}: {} bytes of JSON, at most {} are read", path.string(),
        bytes.size(), kMaxBytes);
  return parse_json(
      without_odd_numbers({reinterpret_cast<const char*>(bytes.data()), bytes.size()}),
      path.string());
}

}  // namespace unipic
