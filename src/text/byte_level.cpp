#include "text/byte_level.h"

#include <array>

#include "text/utf8.h"

namespace unipic::text {
namespace {

constexpr size_t kAlphabetEnd = 0x144;

constexpr bool is_printable(size_t byte) {
  return (byte >= 0x21 && byte <= 0x7E) || (byte >= 0xA1 && byte != 0xAD);
}

constexpr std::array<char32_t, 256> kCodePointOfByte = [] {
  std::array<char32_t, 256> table{};
  char32_t next = 0x100;
  for (size_t byte = 0; byte < 256; ++byte) {
    table[byte] = is_printable(byte) ? static_cast<char32_t>(byte) : next++;
  }
  return table;
}();

constexpr std::array<int16_t, kAlphabetEnd> kByteOfCodePoint = [] {
  std::array<int16_t, kAlphabetEnd> table{};
  table.fill(-1);
  for (size_t byte = 0; byte < 256; ++byte) {
    table[kCodePointOfByte[byte]] = static_cast<int16_t>(byte);
  }
  return table;
}();

}  // namespace

std::string byte_token(uint8_t byte) {
  std::string token;
  append_code_point(token, kCodePointOfByte[byte]);
  return token;
}

std::string token_bytes(std::string_view token) {
  std::string bytes;
  for (size_t at = 0; at < token.size();) {
    const auto read = read_code_point(token.substr(at));
    const bool spells_byte = read.kind == Utf8Read::kValid && read.code_point < kAlphabetEnd &&
                             kByteOfCodePoint[read.code_point] >= 0;
    if (!spells_byte) return std::string(token);
    bytes.push_back(static_cast<char>(kByteOfCodePoint[read.code_point]));
    at += read.length;
  }
  return bytes;
}

}  // namespace unipic::text
