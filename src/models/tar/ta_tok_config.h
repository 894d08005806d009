#pragma once

#include <string_view>

#include "backbones/siglip/config.h"
#include "models/tar/checkpoint_args.h"

namespace unipic::tar {

// Sizes of TA-Tok, the tokenizer of pictures (specs/tar.md §2); the defaults are the published
// ones.
struct TaTokConfig {
  // Of SigLIP2, the layers that are used alone: the features are the input of the last one.
  siglip::Config encoder = {.num_layers = 26, .image_size = 384, .patch_size = 14};
  int64_t code_dim = 1536;
  int64_t num_codes = 65536;
  int64_t decoder_layers = 3;
  int64_t decoder_hidden_dim = 3072;  // of its MLPs
  int64_t decoder_grid = 16;          // positions a side, resized to a picture's
  double temperature = 0.03;          // where codes are drawn rather than the nearest
  // What both halves of the quantiser's loss weigh (§6.2).
  double commitment_weight = 0.25, codebook_weight = 1.0;

  // Not stored in any file: the default of the library that the decoder comes from.
  static constexpr int64_t kDecoderHeads = 12;

  // Codes a side when each is of `pool_scale` × `pool_scale` patches (1: all of them).
  int64_t grid_size(int64_t pool_scale) const { return encoder.grid_size() / pool_scale; }
  void validate(std::string_view where) const;

  bool operator==(const TaTokConfig&) const = default;
};

// What `args` say, and `otherwise` about the rest, where `encoder` is the whole tower. Throws
// `Error` for a tokenizer of another kind.
TaTokConfig ta_tok_config(const CheckpointArgs& args, const TaTokConfig& otherwise);

}  // namespace unipic::tar
