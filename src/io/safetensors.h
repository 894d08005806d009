#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string_view>

#include "io/tensor_view.h"

namespace unipic::io {

// The tensors of a safetensors file, mapped and not copied. Data may begin at any byte, so elements
// may lie unaligned. Throws `Error` unless the file obeys the whole format: no duplicate names, and
// the tensors fill the data without holes or overlaps.
TensorFile open_safetensors(const std::filesystem::path& path);

// As `open_safetensors` for bytes in memory, which the result borrows. `name` begins the messages.
TensorFile parse_safetensors(std::span<const std::byte> bytes, std::string_view name);

// Whether the bytes begin like a safetensors file.
bool is_safetensors(std::span<const std::byte> bytes);

}  // namespace unipic::io
