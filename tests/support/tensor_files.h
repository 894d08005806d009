#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "io/safetensors_writer.h"
#include "io/tensor_file.h"
#include "ops/file_tensor.h"

namespace unipic::test {

using Tensors = std::map<std::string, at::Tensor>;

// Writes a safetensors file.
inline void write_tensors(const std::filesystem::path& path, const Tensors& tensors) {
  std::vector<io::TensorSpec> specs;
  for (const auto& [name, tensor] : tensors)
    specs.push_back({name, ops::dtype_of(tensor.scalar_type()), tensor.sizes().vec()});
  io::SafetensorsWriter writer(path, specs);
  for (const auto& spec : writer.tensors()) {
    const auto tensor = tensors.at(spec.name).contiguous();
    writer.write({static_cast<const std::byte*>(tensor.const_data_ptr()), tensor.nbytes()});
  }
  writer.commit();
}

// The tensors of a file, or of the files that an index names.
inline Tensors read_tensors(const std::filesystem::path& path) {
  const auto file = io::open_tensor_file(path);
  Tensors tensors;
  for (const auto& [name, view] : file.tensors)
    tensors[name] = ops::tensor_from_file(view, file.files);
  return tensors;
}

}  // namespace unipic::test
