#include "train/run/protobuf.h"

#include <bit>

namespace unipic::train {
namespace {

enum WireType : uint32_t { kVarint = 0, kFixed64 = 1, kLengthDelimited = 2, kFixed32 = 5 };

void append_little_endian(std::string& out, uint64_t value, size_t num_bytes) {
  for (size_t byte = 0; byte < num_bytes; ++byte) {
    out += static_cast<char>(value >> 8 * byte & 0xff);
  }
}

}  // namespace

void ProtobufMessage::varint(uint64_t value) {
  for (; value >= 0x80; value >>= 7) encoded_ += static_cast<char>((value & 0x7f) | 0x80);
  encoded_ += static_cast<char>(value);
}

void ProtobufMessage::tag(uint32_t field, uint32_t wire_type) { varint(field << 3 | wire_type); }

ProtobufMessage& ProtobufMessage::integer(uint32_t field, int64_t value) {
  tag(field, kVarint);
  varint(static_cast<uint64_t>(value));
  return *this;
}

ProtobufMessage& ProtobufMessage::real(uint32_t field, float value) {
  tag(field, kFixed32);
  append_little_endian(encoded_, std::bit_cast<uint32_t>(value), sizeof(value));
  return *this;
}

ProtobufMessage& ProtobufMessage::real(uint32_t field, double value) {
  tag(field, kFixed64);
  append_little_endian(encoded_, std::bit_cast<uint64_t>(value), sizeof(value));
  return *this;
}

ProtobufMessage& ProtobufMessage::bytes(uint32_t field, std::string_view value) {
  tag(field, kLengthDelimited);
  varint(value.size());
  encoded_ += value;
  return *this;
}

ProtobufMessage& ProtobufMessage::message(uint32_t field, const ProtobufMessage& value) {
  return bytes(field, value.encoded());
}

}  // namespace unipic::train
