#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/mapped_file.h"

namespace unipic::io {

enum class DType {
  kBool,
  kU8,
  kI8,
  kU16,
  kI16,
  kU32,
  kI32,
  kU64,
  kI64,
  kF8E4M3,
  kF8E5M2,
  kF16,
  kBF16,
  kF32,
  kF64,
};

// Bytes of one element.
size_t size_of(DType dtype);
// As safetensors spells it: "F32", "BF16", "I64", ...
std::string_view name_of(DType dtype);
// The reverse of `name_of`; nothing for a name it never gives.
std::optional<DType> dtype_named(std::string_view name);

// One tensor inside a mapped file: borrowed bytes, valid while `TensorFile::files` lives. They may
// begin at any address: copy elements out with memcpy rather than through a cast pointer.
struct TensorView {
  DType dtype = DType::kF32;
  std::vector<int64_t> shape;  // empty for a scalar
  std::vector<int64_t>
      strides;  // in elements, one per dimension; row-major unless a torch file says otherwise
  std::span<const std::byte>
      bytes;  // from the first to past the last element that shape and strides reach

  int64_t num_elements() const;
  // Elements follow each other without gaps, last dimension fastest. True for an empty tensor.
  bool is_row_major() const;
};

// The named tensors of one checkpoint: one file or several shards.
struct TensorFile {
  std::map<std::string, TensorView, std::less<>> tensors;
  std::map<std::string, std::string> metadata;  // safetensors' __metadata__, a torch file's scalars
  std::vector<std::shared_ptr<const MappedFile>> files;
};

}  // namespace unipic::io
