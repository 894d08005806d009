#pragma once

#include <torch/types.h>

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "backbones/qwen2/continuation.h"
#include "backbones/qwen2/generation_config.h"
#include "convert/opened.h"
#include "models/tar/chat.h"

namespace unipic::tar {

// The network in a folder of Tar's language model. Throws `Error` for what is missing or malformed.
convert::Opened<qwen2::CausalLm> open_llm(const std::filesystem::path& folder);

// The published settings of text to picture (specs/tar.md §3.4).
inline constexpr nn::Sampling kDrawingSampling = {.temperature = 1, .top_k = 1200, .top_p = 0.95};

// Tar's language model, which reads and writes pictures as codes (specs/tar.md §3).
class LanguageModel {
 public:
  // Opens a published folder. Throws `Error` for what is missing, malformed or does not fit.
  LanguageModel(const std::filesystem::path& folder, const ops::Placement& placement);

  const PromptWriter& prompts() const { return prompts_; }
  const qwen2::GenerationConfig& generation() const { return generation_; }
  const qwen2::CausalLm& network() const { return network_; }
  qwen2::CausalLm& network() { return network_; }

  // What follows prompts as the model's `generation` wants it, except for what `options` say beside
  // lengths and ids of the prompts, which are filled in. Prompts may differ in length.
  qwen2::Continuation begin(const std::vector<std::vector<int64_t>>& prompts,
                            qwen2::ContinuationOptions options, const RunControl& control = {},
                            const nn::Trace& trace = {}) const;

 private:
  PromptWriter prompts_;
  qwen2::GenerationConfig generation_;
  qwen2::CausalLm network_;
};

}  // namespace unipic::tar
