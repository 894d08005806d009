#pragma once

#include <cstdint>
#include <string_view>

#include "backbones/kl_vae/config.h"
#include "backbones/siglip/config.h"
#include "base/json.h"

namespace unipic::vila_u {

// Sizes of VILA-U's image tokenizer (Wu et al. 2024; specs/unifork.md §4); the defaults are
// vila-u-7b-256's.
struct TokenizerConfig {
  // The tower, of which the last layer is not used; its width is that of the codes.
  siglip::Config vision = {.hidden_size = 1024,
                           .intermediate_size = 4096,
                           .num_layers = 24,
                           .num_heads = 16,
                           .image_size = 256,
                           .patch_size = 16};
  int64_t num_codes = 16384;
  int64_t depth = 4;  // codes a position
  // Of which only the decoder is there; `latent_channels` is what it starts from.
  kl_vae::Config decoder = {.latent_channels = 256, .decoder_attention_levels = {4}};

  int64_t code_dim() const { return vision.hidden_size; }
  void validate(std::string_view where) const;
  bool operator==(const TokenizerConfig&) const = default;
};

// From the "rqvaesiglip" of its config.json and the config of the SigLIP it names. Throws `Error`
// for what this network does not have.
TokenizerConfig tokenizer_from_json(const Json& json, const siglip::Config& vision,
                                    std::string_view where);

// Sizes of the transformer that tells the codes of one position one after the other
// (specs/unifork.md §6); the defaults are UniFork's.
struct DepthConfig {
  int64_t hidden_dim = 896;  // what it begins with, of each position
  int64_t code_dim = 1024;
  int64_t dim = 896;
  int64_t attention_dim = 3584;
  int64_t num_heads = 32;
  int64_t mlp_dim = 3584;
  int64_t num_layers = 6;
  int64_t num_codes = 16384;
  int64_t depth = 4;
  double norm_eps = 1e-5;

  void validate(std::string_view where) const;
  bool operator==(const DepthConfig&) const = default;
};

}  // namespace unipic::vila_u
