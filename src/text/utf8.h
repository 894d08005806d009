#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace unipic::text {

// What stands at the head of some bytes.
struct Utf8Read {
  enum Kind { kValid, kInvalid, kTruncated };

  Kind kind;
  char32_t code_point;  // U+FFFD unless valid.
  size_t length;  // Bytes; of the longest part that could have begun a code point, at least 1.
};

// Reads from `bytes`, which are not empty. Truncated: they end inside what may be a code point.
Utf8Read read_code_point(std::string_view bytes);

void append_code_point(std::string& text, char32_t code_point);

bool is_valid_utf8(std::string_view bytes);

// `bytes` with U+FFFD for each longest part that is not UTF-8: Python's
// `bytes.decode("utf-8", errors="replace")`, Unicode's "substitution of maximal subparts".
std::string replace_invalid_utf8(std::string_view bytes);

// How many bytes at the end begin a code point that further bytes may complete: 0 to 3.
size_t num_incomplete_bytes(std::string_view bytes);

// Unicode's White_Space property.
bool is_white_space(char32_t code_point);

}  // namespace unipic::text
