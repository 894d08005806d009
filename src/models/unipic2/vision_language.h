#pragma once

#include <torch/types.h>

#include <filesystem>

#include "backbones/qwen2/model.h"
#include "models/unipic2/chat_reader.h"
#include "models/unipic2/parts.h"

// B prompts, T tokens of the longest, M width of the language model.

namespace unipic::unipic2 {

// The inputs of a language model for ids [B, T], with `image_tokens` [tokens, M] (undefined: none)
// at the places of `image_id`.
torch::Tensor embed_with_pictures(const qwen2::CausalLm& llm, int64_t image_id,
                                  const torch::Tensor& ids_BT, const torch::Tensor& image_tokens);

// The networks of Qwen2.5-VL, which answer questions about pictures (specs/unipic2.md §9).
class VisionLanguageModel {
 public:
  // Opens a published folder, which `reader` is of. Throws `Error` for what is missing, malformed
  // or does not fit.
  VisionLanguageModel(std::filesystem::path folder, const ChatReader& reader,
                      const ops::Placement& placement);

  const qwen2::CausalLm& llm() const { return llm_; }

  // Pictures as tokens of the language model, [tokens, M]; the tower is in memory for so long.
  torch::Tensor see(const qwen25_vision::Patches& patches) const;

  torch::Tensor embed(const torch::Tensor& ids_BT, const torch::Tensor& image_tokens) const {
    return embed_with_pictures(llm_, image_id_, ids_BT, image_tokens);
  }

 private:
  std::filesystem::path folder_;
  ops::Placement placement_;
  int64_t image_id_;
  qwen2::CausalLm llm_;
};

// The tower of a published folder, in memory for one look at pictures, [tokens, M].
torch::Tensor see_pictures(const std::filesystem::path& folder, const ops::Placement& placement,
                           const qwen25_vision::Patches& patches);

}  // namespace unipic::unipic2
