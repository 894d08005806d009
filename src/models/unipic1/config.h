#pragma once

#include <cstdint>
#include <string>

#include "backbones/kl_vae/config.h"
#include "backbones/qwen2/config.h"
#include "backbones/siglip/config.h"
#include "base/json.h"

namespace unipic::unipic1 {

// The masked autoregressive image model (specs/unipic1.md §2.4, §2.5); the defaults are the
// published model's.
struct MarConfig {
  int64_t image_size = 512;  // pixels a side of the grid whose positions were learned
  int64_t stride = 16;       // pixels a side for one token
  int64_t latent_channels = 16;
  int64_t buffer_size = 64;
  int64_t encoder_dim = 1280;
  int64_t encoder_depth = 20;
  int64_t encoder_heads = 16;
  int64_t decoder_dim = 1280;
  int64_t decoder_depth = 20;
  int64_t decoder_heads = 16;
  double mlp_ratio = 4.0;
  double norm_eps = 1e-6;
  int64_t head_depth = 12;
  int64_t head_width = 1536;
  int64_t sampling_steps = 100;     // of the diffusion head
  int64_t diffusion_batch_mul = 4;  // noise levels trained a token

  int64_t grid_size() const { return image_size / stride; }
  int64_t num_positions() const { return grid_size() * grid_size(); }
  int64_t encoder_hidden() const;
  int64_t decoder_hidden() const;
  void validate(std::string_view where) const;

  bool operator==(const MarConfig&) const = default;
};

struct Config {
  qwen2::Config llm;
  siglip::Config vision;
  bool has_vision = true;  // without it only the published understanding route works
  bool has_vision_pooling = true;
  kl_vae::Config vae;
  MarConfig mar;
  double latent_scale = 0.2325;
  int64_t default_size = 1024;  // pixels a side of a picture when nothing else is asked for
  std::string instruction_template = "<|im_start|>user\n{input}<|im_end|>\n<|im_start|>assistant\n";
  std::string image_token = "<image>";
  std::string end_token = "<|im_end|>";

  void validate(std::string_view where) const;
};

// Overwrites what `json`, a model_config.json, says about the MAR, the VAE and the prompts.
void apply_model_config(Config& config, const Json& json, std::string_view where);
// The model_config.json that `apply_model_config` reads back as the same.
Json model_config_to_json(const Config& config);

}  // namespace unipic::unipic1
