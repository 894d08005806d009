#pragma once

#include <filesystem>

#include "backbones/kl_vae/model.h"

// The folder that the task `vae` writes.

namespace unipic::train {

inline constexpr const char* kVaeWeightsFile = "vae.safetensors";
inline constexpr const char* kVaeConfigFile = "vae.json";

// Throws `Error` if the file is missing or makes no sense.
kl_vae::Config vae_config_in(const std::filesystem::path& folder);

// Gives `vae` the weights, mapped and not copied. Throws `Error` if they are missing or of other
// sizes.
void load_vae(kl_vae::Autoencoder& vae, const std::filesystem::path& folder);

}  // namespace unipic::train
