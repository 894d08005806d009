#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "nn/sampling.h"

namespace unipic::qwen2 {

// How a language model's authors want it to write (generation_config.json).
struct GenerationConfig {
  bool do_sample = false;
  nn::Sampling sampling = {};  // where `do_sample`
  double repetition_penalty = 1.0;
  std::vector<int64_t> end_ids = {};
};

// That of a model's folder; without the file, the likeliest token each time and no end. Throws
// `Error` for members of the wrong kind or out of range.
GenerationConfig read_generation_config(const std::filesystem::path& folder);

}  // namespace unipic::qwen2
