#pragma once

#include <torch/types.h>

#include <filesystem>

#include "backbones/clip_text/model.h"
#include "backbones/kl_vae/model.h"
#include "backbones/qwen2/model.h"
#include "backbones/qwen25_vision/model.h"
#include "backbones/sd3/model.h"
#include "backbones/t5/model.h"
#include "base/run_control.h"
#include "models/unipic2/block_weights.h"
#include "models/unipic2/conditioner.h"
#include "models/unipic2/infer_configs.h"
#include "ops/weight_placement.h"

// The networks of UniPic 2, each from its folder of the published layout (specs/unipic2.md §2); a
// `path` may also be a checkpoint file that holds the network (docs/formats.md). All throw `Error`
// for files that are missing, malformed or do not fit.

namespace unipic::unipic2 {

// `which` and `facts` matter for files only.
clip_text::TextModel load_clip(const std::filesystem::path& path, Clip which,
                               const ops::Placement& placement, const UnstatedFacts& facts = {});
t5::Encoder load_t5(const std::filesystem::path& path, const ops::Placement& placement);
// What T5 makes of token ids [B, T], with one block's weights in memory at a time: the whole of XXL
// takes 9.5 GB.
torch::Tensor run_t5(const std::filesystem::path& path, const ops::Placement& placement,
                     const torch::Tensor& ids_BT, const RunControl& control = {});
sd3::Transformer load_transformer(const std::filesystem::path& path,
                                  const ops::Placement& placement);

// The autoencoder with the shift and scale of its latents: (z - shift) · scale is what the
// transformer works on.
struct LatentCodec {
  kl_vae::Autoencoder vae;
  double scale = 1, shift = 0;

  // Pixels [B, 3, H, W] in -1..1 and normal noise of the latents' shape to latents.
  torch::Tensor encode(const torch::Tensor& pixels_B3HW, const torch::Tensor& noise_BChw) const;
  // Latents to pixels, not clamped.
  torch::Tensor decode(const torch::Tensor& latents_BChw) const;
};
LatentCodec load_codec(const std::filesystem::path& path, const ops::Placement& placement,
                       const UnstatedFacts& facts = {});

// Parts of Qwen2.5-VL's folder.
qwen2::CausalLm load_llm(const std::filesystem::path& folder, const ops::Placement& placement);
// The language model without its output head, one layer's weights in memory at a time.
struct StreamedLlm {
  qwen2::CausalLm llm;
  BlockWeights layers;
};
StreamedLlm stream_llm(const std::filesystem::path& folder, const ops::Placement& placement);
qwen25_vision::Tower load_vision(const std::filesystem::path& folder,
                                 const ops::Placement& placement);

Conditioner load_conditioner(const std::filesystem::path& folder, const ops::Placement& placement);

// The shift of the noise levels in scheduler_config.json.
double read_shift(const std::filesystem::path& folder);

}  // namespace unipic::unipic2
