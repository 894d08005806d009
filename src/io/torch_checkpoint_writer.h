#pragma once

#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "io/tensor_writer.h"
#include "io/zip_writer.h"

namespace unipic::io {

// Writes a file that `torch.load` reads, also with `weights_only` and `mmap`: a dictionary of
// tensors in the order given, inside another under `top_key` unless that is empty ("model").
class TorchCheckpointWriter : public TensorWriter {
 public:
  TorchCheckpointWriter(std::filesystem::path path, std::vector<TensorSpec> tensors,
                        std::string_view top_key = "");

 private:
  void begin(const TensorSpec& tensor) override;
  void append(std::span<const std::byte> bytes) override { zip_.append(bytes); }
  void end() override { zip_.end(); }
  void finish() override;

  ZipWriter zip_;
  size_t num_storages_ = 0;
};

// Writes tensors that are all at hand, row-major.
void write_torch_checkpoint(const std::filesystem::path& path,
                            const std::map<std::string, TensorView, std::less<>>& tensors,
                            std::string_view top_key = "");

}  // namespace unipic::io
