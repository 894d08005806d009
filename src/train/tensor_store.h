#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <map>
#include <string>

namespace unipic::train {

using NamedTensors = std::map<std::string, at::Tensor>;

// Writes the tensors to a safetensors file.
void save_tensors(const std::filesystem::path& path, const NamedTensors& tensors);

// Copies the tensors of a file that `save_tensors` wrote into `tensors`. Throws `Error` if the
// names, shapes or types differ.
void restore_tensors(const std::filesystem::path& path, const NamedTensors& tensors);

}  // namespace unipic::train
