#pragma once

#include <filesystem>
#include <string_view>

#include "io/tensor_view.h"

namespace unipic::io {

// The tensors of a checkpoint, mapped and not copied. What the file holds decides how it is read,
// not its name: safetensors, a torch checkpoint (see `open_torch_checkpoint` for names and `key`),
// or the index (`*.index.json`) of a checkpoint cut into shards of either kind that lie beside it.
// Throws `Error` that says what is wrong, and for what format the file is when that is no tensor
// file.
TensorFile open_tensor_file(const std::filesystem::path& path, std::string_view key = "");

}  // namespace unipic::io
