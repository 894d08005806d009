#pragma once

#include <filesystem>

#include "ops/low_rank.h"

namespace unipic::convert {

// A LoRA adapter of a diffusion transformer as diffusers' `save_lora_weights` keeps it: a folder
// with pytorch_lora_weights.safetensors, whose tensors are called "transformer.LAYER.lora_A.weight"
// and "...lora_B.weight". Rank and alpha are in the file's metadata; without them alpha is the
// rank. Layers are named as in the transformer: "transformer_blocks.0.attn.to_q".

// Whether `folder` holds one.
bool is_diffusers_lora(const std::filesystem::path& folder);

// Throws `Error` as `read_lora` does.
ops::LowRankChanges read_diffusers_lora(const std::filesystem::path& folder);

// Writes `changes`, at least one and all of one rank and scale, to `folder`, which must not exist.
void write_diffusers_lora(const ops::LowRankChanges& changes, const std::filesystem::path& folder);

}  // namespace unipic::convert
