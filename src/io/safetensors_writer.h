#pragma once

#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "io/tensor_writer.h"

namespace unipic::io {

using SafetensorsMetadata = std::map<std::string, std::string>;

// Writes a safetensors file. `tensors()` are ordered as the reference library orders them, larger
// element types first and then by name, so that every element lies aligned.
class SafetensorsWriter : public TensorWriter {
 public:
  SafetensorsWriter(const std::filesystem::path& path, std::vector<TensorSpec> tensors,
                    const SafetensorsMetadata& metadata = {});

 private:
  void begin(const TensorSpec&) override {}
  void append(std::span<const std::byte> bytes) override { file().write(bytes); }
  void end() override {}
  void finish() override {}
};

// Writes tensors that are all at hand, row-major.
void write_safetensors(const std::filesystem::path& path,
                       const std::map<std::string, TensorView, std::less<>>& tensors,
                       const SafetensorsMetadata& metadata = {});

}  // namespace unipic::io
