#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace unipic::train {

// Builds a protocol buffers message field by field.
class ProtobufMessage {
 public:
  ProtobufMessage& integer(uint32_t field, int64_t value);
  ProtobufMessage& real(uint32_t field, float value);
  ProtobufMessage& real(uint32_t field, double value);
  ProtobufMessage& bytes(uint32_t field, std::string_view value);
  ProtobufMessage& message(uint32_t field, const ProtobufMessage& value);

  const std::string& encoded() const { return encoded_; }

 private:
  void tag(uint32_t field, uint32_t wire_type);
  void varint(uint64_t value);

  std::string encoded_;
};

}  // namespace unipic::train
