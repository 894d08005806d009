#pragma once

#include <filesystem>

#include "models/unipic1/write_checkpoint.h"

namespace unipic::test {

// A UniPic 1 of odd little sizes, none of them the goldens'.
inline unipic1::Config tiny_unipic1_config() {
  unipic1::Config config;
  config.llm = {.vocab_size = 300,
                .hidden_size = 40,
                .intermediate_size = 56,
                .num_layers = 2,
                .num_heads = 5,
                .num_kv_heads = 1};
  config.vision = {.hidden_size = 24,
                   .intermediate_size = 40,
                   .num_layers = 1,
                   .num_heads = 2,
                   .image_size = 32,
                   .patch_size = 16};
  config.vae = {.base_channels = 8,
                .multipliers = {1, 2, 1},
                .num_res_blocks = 1,
                .latent_channels = 3,
                .norm_groups = 4,
                .encoder_attention_levels = {1, 2},
                .decoder_attention_levels = {1}};
  config.mar = {.image_size = 24,
                .stride = 4,
                .latent_channels = 3,
                .buffer_size = 8,
                .encoder_dim = 32,
                .encoder_depth = 2,
                .encoder_heads = 2,
                .decoder_dim = 48,
                .decoder_depth = 1,
                .decoder_heads = 3,
                .mlp_ratio = 3.0,
                .head_depth = 2,
                .head_width = 20,
                .sampling_steps = 6};
  config.default_size = 24;
  return config;
}

// Writes it with random weights in the published layout.
inline void write_tiny_unipic1(const std::filesystem::path& folder,
                               torch::ScalarType dtype = torch::kFloat) {
  unipic1::write_random(tiny_unipic1_config(), /*seed=*/5, folder, {.dtype = dtype});
}

}  // namespace unipic::test
