#pragma once

#include <string>

#include "backbones/kl_vae/config.h"
#include "convert/weight_source.h"

namespace unipic::kl_vae {

// The sizes that the tensors of an `AutoencoderImpl` tell, whose names begin with `prefix` in
// `weights`; the groups of norms, which they do not, stay the default's. Throws `Error` for what is
// missing or no size of a network. The caller validates what is found.
Config infer_config(const convert::WeightSource& weights, const std::string& prefix = "");

}  // namespace unipic::kl_vae
