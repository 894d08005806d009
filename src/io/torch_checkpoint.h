#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string_view>

#include "io/tensor_view.h"

namespace unipic::io {

// The tensors of a file that `torch.save` wrote, in the zip layout or the older one, mapped and not
// copied; nothing in the file is executed. Names are the keys of the dictionaries that lead to a
// tensor, joined by dots ("model.encoder.weight"), and list positions; a lone tensor is called
// "tensor". With `key` ("model", or "model.sd") only what that dictionary holds is given, without
// the key in the names. Numbers and strings beside the tensors become `metadata` (at most 4096 of
// them).
//
// Throws `Error` if the file is malformed, names a Python global that is not on the list of known
// data types, is big-endian or a TorchScript archive, holds a tensor that reaches beyond its
// storage, or has no such `key`.
TensorFile open_torch_checkpoint(const std::filesystem::path& path, std::string_view key = "");

// As `open_torch_checkpoint` for bytes in memory, which the result borrows. `name` begins the
// messages.
TensorFile parse_torch_checkpoint(std::span<const std::byte> bytes, std::string_view name,
                                  std::string_view key = "");

// Whether the bytes begin like either layout.
bool is_torch_checkpoint(std::span<const std::byte> bytes);

}  // namespace unipic::io
