#include "train/tensor_store.h"

#include <ATen/ATen.h>

#include <memory>

#include "base/check.h"
#include "convert/save_tensors.h"
#include "io/tensor_file.h"
#include "ops/file_tensor.h"

namespace unipic::train {
namespace fs = std::filesystem;

void save_tensors(const fs::path& path, const NamedTensors& tensors) {
  convert::save_tensors(path, tensors);
}

void restore_tensors(const fs::path& path, const NamedTensors& tensors) {
  restore_part(path, tensors, tensors.size());
}

void restore_part(const fs::path& path, const NamedTensors& tensors, size_t num_stored) {
  const at::NoGradGuard no_grad;
  const auto file = io::open_tensor_file(path);
  check(file.tensors.size() == num_stored, "{}: {} tensors, this run has {}", path.string(),
        file.tensors.size(), num_stored);
  for (const auto& [name, tensor] : tensors) {
    const auto found = file.tensors.find(name);
    check(found != file.tensors.end(), "{}: no tensor '{}'", path.string(), name);
    const auto stored = ops::tensor_from_file(found->second, file.files);
    check(stored.sizes() == tensor.sizes() && stored.scalar_type() == tensor.scalar_type(),
          "{}: tensor '{}' has another shape or type than in this run", path.string(), name);
    tensor.detach().copy_(stored);
  }
}

}  // namespace unipic::train
