#include "train/tasks/vae_files.h"

#include "convert/load_weights.h"
#include "io/tensor_file.h"

namespace unipic::train {

kl_vae::Config vae_config_in(const std::filesystem::path& folder) {
  const auto path = folder / kVaeConfigFile;
  return kl_vae::config_from_json(read_json(path), path.string());
}

void load_vae(kl_vae::Autoencoder& vae, const std::filesystem::path& folder) {
  const auto path = folder / kVaeWeightsFile;
  convert::WeightSource source(path.string());
  source.add(io::open_tensor_file(path));
  convert::load_weights(*vae, source, {});
}

}  // namespace unipic::train
