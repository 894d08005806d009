#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "backbones/kl_vae/config.h"

namespace unipic::kl_vae {

// Our name for a tensor of diffusers' AutoencoderKL; nothing for one that this network lacks.
std::optional<std::string> name_of_diffusers(std::string_view name, const Config& config);

}  // namespace unipic::kl_vae
