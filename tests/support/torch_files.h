#pragma once

#include <functional>

#include "io/torch_checkpoint.h"
#include "io/torch_checkpoint_writer.h"

namespace unipic::test {

// Writes the tensors under `key` in a torch file to another, in the same place, after `change`.
inline void rewrite_torch_file(
    const std::filesystem::path& from, const std::filesystem::path& to, const std::string& key,
    const std::function<void(std::map<std::string, io::TensorView, std::less<>>&)>& change) {
  auto file = io::open_torch_checkpoint(from, key);
  change(file.tensors);
  io::write_torch_checkpoint(to, file.tensors, key);
}

}  // namespace unipic::test
