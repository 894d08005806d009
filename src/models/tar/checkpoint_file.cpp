#include "models/tar/checkpoint_file.h"

#include "base/check.h"
#include "io/torch_checkpoint.h"

namespace unipic::tar {

CheckpointFile open_checkpoint_file(const std::filesystem::path& path, std::string_view prefix) {
  auto file = io::open_torch_checkpoint(path, "model");
  const auto begin = fmt::format("sd.{}", prefix);
  convert::WeightSource weights(path.string());
  weights.add(file, [&](std::string_view name) {
    return name.starts_with(begin) ? std::optional(std::string(name.substr(begin.size())))
                                   : std::nullopt;
  });
  check(!weights.names().empty(), "{}: there are no tensors '{}...' in 'model'", path.string(),
        begin);
  return {std::move(weights), CheckpointArgs(std::move(file.metadata), path.string())};
}

}  // namespace unipic::tar
