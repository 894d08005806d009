#include "text/utf8.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace unipic::text {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

struct Lead {
  size_t num_following;
  uint8_t second_low, second_high;  // Bounds of the second byte: no overlong forms, no surrogates.
  uint8_t payload;
};

Lead lead_of(uint8_t byte) {
  if (byte < 0x80) return {0, 0, 0, byte};
  if (byte < 0xC2) return {4, 0, 0, 0};
  if (byte < 0xE0) return {1, 0x80, 0xBF, static_cast<uint8_t>(byte & 0x1F)};
  if (byte < 0xF0) {
    return {2, static_cast<uint8_t>(byte == 0xE0 ? 0xA0 : 0x80),
            static_cast<uint8_t>(byte == 0xED ? 0x9F : 0xBF), static_cast<uint8_t>(byte & 0x0F)};
  }
  if (byte < 0xF5) {
    return {3, static_cast<uint8_t>(byte == 0xF0 ? 0x90 : 0x80),
            static_cast<uint8_t>(byte == 0xF4 ? 0x8F : 0xBF), static_cast<uint8_t>(byte & 0x07)};
  }
  return {4, 0, 0, 0};
}

// Length of the ASCII text that `bytes` begin with, or a little less.
size_t ascii_prefix(std::string_view bytes) {
  size_t length = 0;
  for (uint64_t word; length + sizeof word <= bytes.size(); length += sizeof word) {
    std::memcpy(&word, bytes.data() + length, sizeof word);
    if ((word & 0x8080808080808080u) != 0) break;
  }
  return length;
}

}  // namespace

Utf8Read read_code_point(std::string_view bytes) {
  const auto lead = lead_of(static_cast<uint8_t>(bytes[0]));
  if (lead.num_following == 4) return {Utf8Read::kInvalid, kReplacement, 1};
  char32_t code_point = lead.payload;
  for (size_t i = 1; i <= lead.num_following; ++i) {
    if (i == bytes.size()) return {Utf8Read::kTruncated, kReplacement, i};
    const auto byte = static_cast<uint8_t>(bytes[i]);
    const uint8_t low = i == 1 ? lead.second_low : 0x80, high = i == 1 ? lead.second_high : 0xBF;
    if (byte < low || byte > high) return {Utf8Read::kInvalid, kReplacement, i};
    code_point = code_point << 6 | (byte & 0x3Fu);
  }
  return {Utf8Read::kValid, code_point, lead.num_following + 1};
}

void append_code_point(std::string& text, char32_t code_point) {
  const auto byte = [](char32_t value) { return static_cast<char>(static_cast<uint8_t>(value)); };
  if (code_point < 0x80) {
    text += byte(code_point);
    return;
  }
  if (code_point < 0x800) {
    text += byte(0xC0 | code_point >> 6);
  } else {
    if (code_point < 0x10000) {
      text += byte(0xE0 | code_point >> 12);
    } else {
      text += byte(0xF0 | code_point >> 18);
      text += byte(0x80 | (code_point >> 12 & 0x3F));
    }
    text += byte(0x80 | (code_point >> 6 & 0x3F));
  }
  text += byte(0x80 | (code_point & 0x3F));
}

bool is_valid_utf8(std::string_view bytes) {
  for (size_t at = ascii_prefix(bytes); at < bytes.size();) {
    const auto read = read_code_point(bytes.substr(at));
    if (read.kind != Utf8Read::kValid) return false;
    at += read.length;
    if (read.length == 1) at += ascii_prefix(bytes.substr(at));
  }
  return true;
}

std::string replace_invalid_utf8(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  for (size_t at = 0; at < bytes.size();) {
    const auto read = read_code_point(bytes.substr(at));
    if (read.kind == Utf8Read::kValid) {
      text.append(bytes, at, read.length);
    } else {
      append_code_point(text, kReplacement);
    }
    at += read.length;
  }
  return text;
}

size_t num_incomplete_bytes(std::string_view bytes) {
  for (size_t length = std::min<size_t>(3, bytes.size()); length > 0; --length) {
    const auto read = read_code_point(bytes.substr(bytes.size() - length));
    if (read.kind == Utf8Read::kTruncated && read.length == length) return length;
  }
  return 0;
}

bool is_white_space(char32_t c) {
  return (c >= 0x09 && c <= 0x0D) || c == 0x20 || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F ||
         c == 0x3000;
}

}  // namespace unipic::text
