#include "io/text_encoding.h"

#include <utf8proc.h>

#include <cstdint>

namespace unipic::io {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

}  // namespace

std::u32string decode_utf8(std::string_view text) {
  std::u32string out;
  while (!text.empty()) {
    utf8proc_int32_t code = 0;
    const auto length = utf8proc_iterate(reinterpret_cast<const uint8_t*>(text.data()),
                                         static_cast<utf8proc_ssize_t>(text.size()), &code);
    out.push_back(length > 0 && code > 0 ? static_cast<char32_t>(code) : kReplacement);
    text.remove_prefix(length > 0 ? static_cast<size_t>(length) : 1);
  }
  return out;
}

std::string encode_utf8(std::u32string_view text) {
  std::string out;
  for (const char32_t code : text) {
    uint8_t bytes[4];
    const auto length = utf8proc_encode_char(static_cast<utf8proc_int32_t>(code), bytes);
    out.append(bytes, bytes + length);
  }
  return out;
}

std::string latin1_to_utf8(std::string_view latin1) {
  std::u32string text;
  for (const char c : latin1) text.push_back(static_cast<uint8_t>(c));
  return encode_utf8(text);
}

std::optional<std::string> utf8_to_latin1(std::string_view text) {
  std::string out;
  for (const char32_t code : decode_utf8(text)) {
    const bool printable = (code >= 0x20 && code < 0x7F) || (code >= 0xA0 && code <= 0xFF);
    if (!printable && code != '\n' && code != '\t') return std::nullopt;
    out.push_back(static_cast<char>(code));
  }
  return out;
}

}  // namespace unipic::io
