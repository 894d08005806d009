#pragma once

#include <filesystem>
#include <string>

#include "ops/low_rank.h"

namespace unipic::convert {

// A LoRA adapter as PEFT keeps it: a folder with adapter_config.json and
// adapter_model.safetensors, whose tensors are called "base_model.model.LAYER.lora_A.weight" and
// "...lora_B.weight".

// Also reads what `write_diffusers_lora` writes.
// Throws `Error` if a file is missing or malformed, tensors are of no LoRA, lack their other half
// or disagree about the rank, or the adapter is of a kind that is more than a change of low rank.
ops::LowRankChanges read_lora(const std::filesystem::path& folder);

// Writes `changes`, at least one and all of one rank and scale, to `folder`, which must not exist.
// `base` says in the config what they change.
void write_lora(const ops::LowRankChanges& changes, const std::string& base,
                const std::filesystem::path& folder);

}  // namespace unipic::convert
