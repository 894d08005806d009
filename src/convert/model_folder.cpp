#include "convert/model_folder.h"

#include "base/check.h"
#include "base/python_json.h"
#include "io/tensor_file.h"

namespace unipic::convert {
namespace fs = std::filesystem;

ConfigFile read_config(const fs::path& folder, const char* name) {
  const auto path = folder / name;
  check(fs::exists(path), "{}: is missing", path.string());
  return {read_python_json(path), path.string()};
}

io::TensorFile open_weights(const fs::path& folder) {
  for (const char* stem : {"model", "diffusion_pytorch_model"}) {
    for (const char* ending : {".safetensors", ".safetensors.index.json"}) {
      const auto path = folder / (std::string(stem) + ending);
      if (fs::exists(path)) return io::open_tensor_file(path);
    }
  }
  throw Error(fmt::format("{}: no model.safetensors or diffusion_pytorch_model.safetensors here",
                          folder.string()));
}

}  // namespace unipic::convert
