#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "io/tensor_view.h"
#include "ops/low_rank.h"

// Changes of low rank in a safetensors file, as PEFT names them: PREFIX + "LAYER.lora_A.weight" and
// "LAYER.lora_B.weight".

namespace unipic::convert {

// The changes by layer, each with a scale of 1. Throws `Error` that names `where` for a tensor of
// another name, a change that lacks a half or whose halves do not fit, and if there is none.
ops::LowRankChanges read_lora_tensors(const io::TensorFile& file, std::string_view prefix,
                                      const std::string& where);

void write_lora_tensors(const ops::LowRankChanges& changes, std::string_view prefix,
                        const std::filesystem::path& path,
                        const std::map<std::string, std::string>& metadata);

}  // namespace unipic::convert
