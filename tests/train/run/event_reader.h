#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <map>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "train/run/crc32c.h"

namespace unipic::train::test {

// A decoder for TensorBoard's event files, written from the formats' descriptions alone.

inline uint64_t little_endian(std::string_view bytes) {
  uint64_t value = 0;
  for (size_t i = bytes.size(); i-- > 0;) value = value << 8 | static_cast<uint8_t>(bytes[i]);
  return value;
}

// The fields of a message by number, in order: varints and fixed numbers as they are, the rest as
// bytes.
using ProtobufField = std::variant<uint64_t, std::string>;
using ProtobufFields = std::multimap<uint64_t, ProtobufField>;

inline uint64_t take_varint(std::string_view& bytes) {
  uint64_t value = 0;
  for (int shift = 0;; shift += 7) {
    const auto byte = static_cast<uint8_t>(bytes.at(0));
    bytes.remove_prefix(1);
    value |= uint64_t{byte & 0x7fU} << shift;
    if (byte < 0x80) return value;
  }
}

inline ProtobufFields decode_message(std::string_view bytes) {
  ProtobufFields fields;
  while (!bytes.empty()) {
    const uint64_t tag = take_varint(bytes);
    if ((tag & 7) == 0) {
      fields.emplace(tag >> 3, take_varint(bytes));
      continue;
    }
    const bool is_number = (tag & 7) == 1 || (tag & 7) == 5;
    if (!is_number && (tag & 7) != 2) throw std::runtime_error("wire type");
    const uint64_t length = is_number ? ((tag & 7) == 1 ? 8 : 4) : take_varint(bytes);
    if (length > bytes.size()) throw std::runtime_error("length");
    const auto content = bytes.substr(0, length);
    bytes.remove_prefix(length);
    if (is_number) {
      fields.emplace(tag >> 3, little_endian(content));
    } else {
      fields.emplace(tag >> 3, std::string(content));
    }
  }
  return fields;
}

inline uint64_t number(const ProtobufFields& fields, uint64_t field) {
  return std::get<uint64_t>(fields.find(field)->second);
}
inline std::string bytes(const ProtobufFields& fields, uint64_t field) {
  return std::get<std::string>(fields.find(field)->second);
}
inline ProtobufFields message(const ProtobufFields& fields, uint64_t field) {
  return decode_message(bytes(fields, field));
}
inline double real(const ProtobufFields& fields, uint64_t field) {
  return std::bit_cast<double>(number(fields, field));
}

inline uint32_t unmasked(uint64_t masked) {
  return std::rotl(static_cast<uint32_t>(masked) - 0xa282ead8, 15);
}

// The events of a file whose every checksum is right; throws otherwise.
inline std::vector<ProtobufFields> decode_events(std::string_view file) {
  std::vector<ProtobufFields> events;
  const auto take_checked = [&file](size_t length) {
    if (file.size() < length + 4) throw std::runtime_error("cut short");
    const auto content = file.substr(0, length);
    if (crc32c(std::as_bytes(std::span(content))) !=
        unmasked(little_endian(file.substr(length, 4))))
      throw std::runtime_error("checksum");
    file.remove_prefix(length + 4);
    return content;
  };
  while (!file.empty()) {
    const auto length = little_endian(take_checked(8));
    events.push_back(decode_message(take_checked(length)));
  }
  return events;
}

}  // namespace unipic::train::test
