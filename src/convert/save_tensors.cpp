#include "convert/save_tensors.h"

#include <ATen/ATen.h>

#include <utility>
#include <vector>

#include "io/safetensors_writer.h"
#include "ops/file_tensor.h"

namespace unipic::convert {

void save_tensors(const std::filesystem::path& path, const NamedTensors& tensors,
                  const std::map<std::string, std::string>& metadata) {
  std::vector<io::TensorSpec> specs;
  for (const auto& [name, tensor] : tensors) {
    specs.push_back({name, ops::dtype_of(tensor.scalar_type()), tensor.sizes().vec()});
  }
  io::SafetensorsWriter writer(path, std::move(specs), metadata);
  for (const auto& spec : writer.tensors()) {
    const auto tensor = tensors.at(spec.name).detach().cpu().contiguous();
    writer.write({static_cast<const std::byte*>(tensor.const_data_ptr()), tensor.nbytes()});
  }
  writer.commit();
}

}  // namespace unipic::convert
