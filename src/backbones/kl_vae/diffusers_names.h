#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "backbones/kl_vae/config.h"

namespace unipic::kl_vae {

// Our name for a tensor of diffusers' AutoencoderKL; nothing for one that this network lacks.
std::optional<std::string> name_of_diffusers(std::string_view name, const Config& config);
// The other way round.
std::string name_in_diffusers(std::string_view name, const Config& config);

// The config.json that `config_from_diffusers` reads back as the same. Throws `Error` for an
// autoencoder that AutoencoderKL is not: with attention outside of the middle.
Json config_to_diffusers(const Config& config, std::string_view where);

}  // namespace unipic::kl_vae
