#pragma once

#include <cstdint>
#include <string_view>

#include "backbones/qwen2/config.h"
#include "backbones/vila_u/config.h"

namespace unipic::unifork {

// Sizes of UniFork (specs/unifork.md); the defaults are those of the article.
struct Config {
  qwen2::Config llm = {.hidden_size = 896,
                       .intermediate_size = 4864,
                       .num_layers = 24,
                       .num_heads = 14,
                       .num_kv_heads = 2};
  // Layers that both branches have in common; each goes on with the others of its own.
  int64_t num_shared_layers = 12;
  vila_u::TokenizerConfig tokenizer = {};
  vila_u::DepthConfig depth = {};
  int64_t image_size = 384;  // pixels a side of all pictures

  int64_t num_branch_layers() const { return llm.num_layers - num_shared_layers; }
  int64_t grid_size() const { return image_size / tokenizer.vision.patch_size; }
  int64_t num_image_tokens() const { return grid_size() * grid_size(); }
  // How many of a picture's tokens its authors train: as many as the tokenizer's own grid has
  // (specs/unifork.md §9).
  int64_t num_trained_tokens() const { return tokenizer.vision.num_tokens(); }

  void validate(std::string_view where) const;
  bool operator==(const Config&) const = default;
};

// The published model has half of the layers in common, rounded down.
inline int64_t published_split(int64_t num_layers) { return num_layers / 2; }

}  // namespace unipic::unifork
