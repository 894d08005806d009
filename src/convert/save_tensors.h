#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <map>
#include <string>

namespace unipic::convert {

using NamedTensors = std::map<std::string, at::Tensor>;

// Writes the tensors to a safetensors file, in their types.
void save_tensors(const std::filesystem::path& path, const NamedTensors& tensors,
                  const std::map<std::string, std::string>& metadata = {});

}  // namespace unipic::convert
