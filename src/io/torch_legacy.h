#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "io/tensor_view.h"

namespace unipic::io {

// The layout of torch before 1.6: five pickles (magic number, version, system, object, storage
// keys), then each storage as a count of elements and its bytes.
bool is_torch_legacy(std::span<const std::byte> bytes);

// As `parse_torch_checkpoint`, for this layout.
TensorFile parse_torch_legacy(std::span<const std::byte> bytes, std::string_view name,
                              std::string_view key);

}  // namespace unipic::io
