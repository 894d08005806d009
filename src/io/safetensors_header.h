#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "io/tensor_view.h"

namespace unipic::io {

// One tensor as the header of a safetensors file describes it; offsets count from the end of the
// header. Nothing is checked beyond the JSON types.
struct SafetensorsEntry {
  std::string name;
  DType dtype = DType::kF32;
  std::vector<int64_t> shape;
  uint64_t begin = 0;
  uint64_t end = 0;
};

struct SafetensorsHeader {
  std::vector<SafetensorsEntry> entries;
  std::map<std::string, std::string> metadata;
};

// Throws `Error` that begins with `name` unless `text`, which lies at byte `first_byte` of the
// file, is a JSON object of tensors, each with dtype, shape and data_offsets and nothing else.
SafetensorsHeader parse_safetensors_header(std::string_view text, size_t first_byte,
                                           std::string_view name);

}  // namespace unipic::io
