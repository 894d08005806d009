#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace unipic::io {

// Builds a pickle of protocol 2, one value after the other.
class PickleWriter {
 public:
  PickleWriter();

  void opcode(uint8_t code);  // from pickle_opcodes.h
  void text(std::string_view value);
  void integer(int64_t value);
  // As "torch.FloatStorage"; the last dot ends the module.
  void global(std::string_view name);
  // A tuple of integers.
  void integers(std::span<const int64_t> values);

  // Ends the pickle.
  std::string take();

 private:
  std::string out_;
};

}  // namespace unipic::io
