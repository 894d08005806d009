#include "io/pickle_writer.h"

#include <utility>

#include "io/pickle_opcodes.h"

namespace unipic::io {
namespace {

template <typename Number>
void put(std::string& out, Number number) {
  out.append(reinterpret_cast<const char*>(&number), sizeof(number));
}

}  // namespace

PickleWriter::PickleWriter() {
  opcode(op::kProto);
  put(out_, uint8_t{2});
}

void PickleWriter::opcode(uint8_t code) { out_.push_back(static_cast<char>(code)); }

void PickleWriter::text(std::string_view value) {
  opcode(op::kUnicode32);
  put(out_, static_cast<uint32_t>(value.size()));
  out_ += value;
}

void PickleWriter::integer(int64_t value) {
  if (value >= INT32_MIN && value <= INT32_MAX) {
    opcode(op::kInt32);
    put(out_, static_cast<int32_t>(value));
  } else {
    opcode(op::kLong1);
    put(out_, uint8_t{sizeof(value)});
    put(out_, value);
  }
}

void PickleWriter::global(std::string_view name) {
  const size_t dot = name.rfind('.');
  opcode(op::kGlobal);
  out_ += name.substr(0, dot);
  out_ += '\n';
  out_ += name.substr(dot + 1);
  out_ += '\n';
}

void PickleWriter::integers(std::span<const int64_t> values) {
  opcode(op::kMark);
  for (const int64_t value : values) integer(value);
  opcode(op::kTuple);
}

std::string PickleWriter::take() {
  opcode(op::kStop);
  return std::move(out_);
}

}  // namespace unipic::io
