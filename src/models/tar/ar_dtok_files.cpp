#include "models/tar/ar_dtok_files.h"

#include "models/tar/checkpoint_file.h"

namespace unipic::tar {

convert::Opened<ArDtok> open_ar_dtok(const std::filesystem::path& path) {
  auto file = open_checkpoint_file(path);
  // For settings that are not in the file, what tensors tell.
  ArDtokConfig told;
  told.feature_dim = file.weights.size("clip_proj.weight", 1);
  told.num_codes = file.weights.size("output.weight", 0);
  told.num_picture_codes = file.weights.size("abs_pe", 1) - told.max_features + 1;
  const auto config = ar_dtok_config(file.args, told);
  config.validate(path.string());
  return {ArDtok(config), std::move(file.weights)};
}

}  // namespace unipic::tar
