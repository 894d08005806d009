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

// The same for some of the tensors of a file that holds `num_stored`.
void restore_part(const std::filesystem::path& path, const NamedTensors& tensors,
                  size_t num_stored);

}  // namespace unipic::train
