#include "text/normalize.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <vector>

#include "base/check.h"
#include "text/utf8.h"

namespace unipic::text {
namespace {

constexpr auto kOptions = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE);

struct Range {
  char32_t first, last;
};

constexpr std::array kBoundaryRanges = {
    Range{0x0000, 0x02FF},    // Latin
    Range{0x0400, 0x0482},    // Cyrillic
    Range{0x2002, 0x20CF},    // Punctuation, currency
    Range{0x2500, 0x2ADB},    // Drawing, symbols, arrows
    Range{0x2E80, 0x3029},    // Radicals, CJK punctuation
    Range{0x3041, 0x3096},    // Hiragana
    Range{0x30A1, 0x30FA},    // Katakana
    Range{0x3400, 0x9FFF},    // Han
    Range{0xAC00, 0xD7A3},    // Hangul syllables
    Range{0xFF01, 0xFFEF},    // Wide forms
    Range{0x1F000, 0x1FAFF},  // Emoji
};

int combining_class(utf8proc_int32_t code_point) {
  return utf8proc_get_property(code_point)->combining_class;
}

void append_decomposed(std::vector<utf8proc_int32_t>& out, char32_t code_point) {
  std::array<utf8proc_int32_t, 8> parts;
  int boundary = 0;
  const auto num_parts =
      utf8proc_decompose_char(static_cast<utf8proc_int32_t>(code_point), parts.data(),
                              static_cast<utf8proc_ssize_t>(parts.size()), kOptions, &boundary);
  check(num_parts >= 0 && num_parts <= 8, "U+{:04X} cannot be normalised",
        static_cast<uint32_t>(code_point));
  out.insert(out.end(), parts.begin(), parts.begin() + num_parts);
}

// utf8proc's own reordering is quadratic in the length of a run of marks.
void order_marks(std::vector<utf8proc_int32_t>& code_points) {
  const auto is_starter = [](auto c) { return combining_class(c) == 0; };
  for (auto run = code_points.begin(); run != code_points.end();) {
    run = std::find_if_not(run, code_points.end(), is_starter);
    const auto end = std::find_if(run, code_points.end(), is_starter);
    std::stable_sort(run, end,
                     [](auto a, auto b) { return combining_class(a) < combining_class(b); });
    run = end;
  }
}

void append_normalised(std::string& out, std::string_view text) {
  std::vector<utf8proc_int32_t> code_points;
  for (size_t at = 0; at < text.size();) {
    const auto read = read_code_point(text.substr(at));
    append_decomposed(code_points, read.code_point);
    at += read.length;
  }
  order_marks(code_points);
  const auto length = utf8proc_normalize_utf32(
      code_points.data(), static_cast<utf8proc_ssize_t>(code_points.size()), kOptions);
  for (utf8proc_ssize_t i = 0; i < length; ++i) {
    append_code_point(out, static_cast<char32_t>(code_points[static_cast<size_t>(i)]));
  }
}

// The first code point at or after `at` that is a boundary, or is none.
size_t find_boundary(std::string_view text, size_t at, bool is_boundary, size_t* last_passed) {
  while (at < text.size()) {
    const auto read = read_code_point(text.substr(at));
    if (is_nfc_boundary(read.code_point) == is_boundary) break;
    if (last_passed != nullptr) *last_passed = at;
    at += read.length;
  }
  return at;
}

}  // namespace

bool is_nfc_boundary(char32_t code_point) {
  if (code_point <= kBoundaryRanges[0].last) return true;
  return std::any_of(kBoundaryRanges.begin() + 1, kBoundaryRanges.end(), [&](const Range& range) {
    return code_point >= range.first && code_point <= range.last;
  });
}

std::string_view nfc(std::string_view text, std::string& storage) {
  size_t part = 0;  // Where the part that may change begins: a boundary or the text's head.
  size_t at = find_boundary(text, 0, false, &part);
  if (at == text.size()) return text;
  storage.clear();
  for (size_t copied = 0;;) {
    storage.append(text, copied, part - copied);
    copied = find_boundary(text, at, true, nullptr);
    append_normalised(storage, text.substr(part, copied - part));
    part = copied;
    at = find_boundary(text, copied, false, &part);
    if (at == text.size()) return storage.append(text, copied);
  }
}

std::string lowercase(std::string_view text) {
  constexpr char32_t kCapitalIWithDot = 0x130, kDotAbove = 0x307;
  std::string lower;
  lower.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    const auto read = read_code_point(text.substr(at));
    const auto one = utf8proc_tolower(static_cast<utf8proc_int32_t>(read.code_point));
    append_code_point(lower, static_cast<char32_t>(one));
    if (read.code_point == kCapitalIWithDot) append_code_point(lower, kDotAbove);
    at += read.length;
  }
  return lower;
}

}  // namespace unipic::text
