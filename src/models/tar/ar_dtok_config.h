#pragma once

#include <string_view>

#include "models/tar/checkpoint_args.h"

namespace unipic::tar {

// Sizes of AR-DTok, the autoregressive de-tokenizer (specs/tar.md §4); the defaults are those of
// the published one for pictures of 256×256.
struct ArDtokConfig {
  int64_t num_layers = 30;
  int64_t dim = 1280;
  int64_t num_heads = 20;
  int64_t hidden_dim = 3584;  // of the MLPs
  double norm_eps = 1e-5;
  int64_t feature_dim = 1152;       // of what it draws from
  int64_t max_features = 729;       // of them a picture
  int64_t num_codes = 16384;        // the vocabulary
  int64_t num_picture_codes = 256;  // that it draws, a square
  // How much of what is left out in training (§6.3): the features of a whole picture, and single
  // numbers of embeddings, of attention's output and of the MLP's.
  double feature_dropout = 0.1, embedding_dropout = 0.1, attention_dropout = 0.1, mlp_dropout = 0.1;

  // Codes a side of a picture.
  int64_t side() const;
  int64_t num_positions() const { return num_picture_codes + max_features - 1; }
  void validate(std::string_view where) const;

  bool operator==(const ArDtokConfig&) const = default;
};

// Depth and widths by the name of the model ("llama-abs-LP"), in whose place `args` may give them;
// what else they say. Throws `Error` for an unknown name and a model of another kind.
ArDtokConfig ar_dtok_config(const CheckpointArgs& args, const ArDtokConfig& otherwise = {});

}  // namespace unipic::tar
