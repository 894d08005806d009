#include "io/printable.h"

#include <fmt/format.h>
#include <utf8proc.h>

#include <iterator>

namespace unipic::io {
namespace {

// Bytes of the code point at the start of `text`; 0 if there is none.
size_t code_point_length(std::string_view text, utf8proc_int32_t* code_point) {
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  const auto length =
      utf8proc_iterate(bytes, static_cast<utf8proc_ssize_t>(text.size()), code_point);
  return length > 0 ? static_cast<size_t>(length) : 0;
}

bool is_control(utf8proc_int32_t code_point) {
  const auto category = utf8proc_category(code_point);
  return category == UTF8PROC_CATEGORY_CC || category == UTF8PROC_CATEGORY_CF ||
         category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP;
}

}  // namespace

bool is_utf8(std::string_view text) {
  utf8proc_int32_t code_point = 0;
  while (!text.empty()) {
    const size_t length = code_point_length(text, &code_point);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string printable(std::string_view text, size_t max_bytes) {
  std::string out;
  size_t at = 0;
  while (at < text.size() && at < max_bytes) {
    utf8proc_int32_t code_point = 0;
    const size_t length = code_point_length(text.substr(at), &code_point);
    if (length > 0 && !is_control(code_point)) {
      out += text.substr(at, length);
      at += length;
      continue;
    }
    fmt::format_to(std::back_inserter(out), "\\x{:02x}", static_cast<unsigned char>(text[at]));
    ++at;
  }
  if (at < text.size()) out += "...";
  return out;
}

}  // namespace unipic::io
