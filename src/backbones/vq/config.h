#pragma once

#include <cstdint>
#include <string_view>

#include "backbones/kl_vae/config.h"

namespace unipic::vq {

// Sizes of a VQGAN (Esser et al. 2021; LlamaGen's VQ-16, Sun et al. 2024), whose encoder and
// decoder are those of the KL autoencoder.
struct Config {
  // `latent_channels` of both: those between the network and the codes.
  kl_vae::Config encoder, decoder;
  int64_t num_codes = 16384;
  int64_t code_dim = 8;

  // Pixels a side for one code.
  int64_t stride() const { return decoder.stride(); }
  void validate(std::string_view where) const;

  bool operator==(const Config&) const = default;
};

}  // namespace unipic::vq
