#pragma once

#include <string_view>

#include "backbones/kl_vae/model.h"

namespace unipic::kl_vae {

// Gives every parameter fp32 weights to start training from, a pure function of `seed`: residual
// blocks start as the identity (Goyal et al. 2017), the picture as grey, and latents with a
// deviation that is small beside their size, so that the first gradients already carry the picture.
void initialize(Autoencoder& vae, uint64_t seed);

// Whether this weight is the last of a residual or attention block, which is the identity while it
// is zero.
bool ends_a_residual(std::string_view name);

}  // namespace unipic::kl_vae
