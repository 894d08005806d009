#pragma once

#include <torch/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "backbones/qwen2/model.h"
#include "backbones/qwen25_vision/model.h"
#include "models/unipic2/parts.h"
#include "text/tokenizer.h"

// B prompts, T tokens of the longest, M width of the language model.

namespace unipic::unipic2 {

// Texts as rows of ids, shorter ones filled up at their end.
struct TokenRows {
  torch::Tensor ids_BT;   // int64
  torch::Tensor mask_BT;  // 1: a token of the text
};

// How the next token is chosen, and when a text ends (generation_config.json).
struct AnswerRules {
  double repetition_penalty = 1.0;
  std::vector<int64_t> end_ids;
};

// Qwen2.5-VL: pictures and texts in, texts or states out (specs/unipic2.md §9).
class VisionLanguageModel {
 public:
  // Opens a published folder. Throws `Error` for what is missing, malformed or does not fit.
  VisionLanguageModel(const std::filesystem::path& folder, const Placement& placement);

  const qwen2::CausalLm& llm() const { return llm_; }
  const qwen25_vision::Tower& vision() const { return vision_; }
  const text::Tokenizer& tokenizer() const { return tokenizer_; }
  const AnswerRules& rules() const { return rules_; }
  const qwen25_vision::PatchOptions& patch_options() const { return patch_options_; }

  // Each text's ids, with each picture's placeholder as often as the picture has tokens. Throws
  // `Error` unless the texts hold as many placeholders as there are `grids`, in their order.
  TokenRows tokenize(const std::vector<std::string>& texts,
                     const std::vector<qwen25_vision::PatchGrid>& grids) const;

  // The inputs of the language model, with `image_tokens` [tokens, M] (undefined: none) at the
  // placeholders.
  torch::Tensor embed(const torch::Tensor& ids_BT, const torch::Tensor& image_tokens) const;

  // Positions on three axes for texts with pictures, [3, B, T], as the model was trained; 1 where
  // there is no token.
  torch::Tensor positions(const TokenRows& rows,
                          const std::vector<qwen25_vision::PatchGrid>& grids) const;
  // What the positions of the tokens that follow are above their place in the row, [B, 1].
  static torch::Tensor position_offsets(const torch::Tensor& positions_3BT, int64_t num_tokens);

 private:
  int64_t num_tokens(const qwen25_vision::PatchGrid& grid) const;

  Placement placement_;
  text::Tokenizer tokenizer_;
  int64_t pad_id_, image_id_;
  AnswerRules rules_;
  qwen25_vision::PatchOptions patch_options_;
  qwen2::CausalLm llm_;
  qwen25_vision::Tower vision_;
};

// A user's turn with the beginning of the answer: `content`, after a picture if there is one.
std::string chat_text(const std::string& content, bool has_picture);

}  // namespace unipic::unipic2
