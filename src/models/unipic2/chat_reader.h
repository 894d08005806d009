#pragma once

#include <torch/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "backbones/qwen2/generation_config.h"
#include "backbones/qwen25_vision/patches.h"
#include "text/tokenizer.h"

// B prompts, T tokens of the longest.

namespace unipic::unipic2 {

// Texts as rows of ids, shorter ones filled up at their end.
struct TokenRows {
  torch::Tensor ids_BT;   // int64
  torch::Tensor mask_BT;  // 1: a token of the text
};

// How Qwen2.5-VL reads pictures and texts before any network sees them (specs/unipic2.md §9).
class ChatReader {
 public:
  // Opens the tokenizer and the configs of a published folder. Throws `Error` for what is missing
  // or malformed.
  explicit ChatReader(const std::filesystem::path& folder);

  const text::Tokenizer& tokenizer() const { return tokenizer_; }
  const qwen2::GenerationConfig& rules() const { return rules_; }
  const qwen25_vision::PatchOptions& patch_options() const { return patch_options_; }
  int64_t image_id() const { return image_id_; }

  qwen25_vision::Patches to_patches(const std::vector<Image>& images) const {
    return qwen25_vision::to_patches(images, vision_, patch_options_);
  }
  // A picture's patches at about so many pixels.
  qwen25_vision::Patches to_patches(const std::vector<Image>& images,
                                    const qwen25_vision::PatchOptions& options) const {
    return qwen25_vision::to_patches(images, vision_, options);
  }

  // Each text's ids, with each picture's placeholder as often as the picture has tokens. Throws
  // `Error` unless the texts hold as many placeholders as there are `grids`, in their order.
  TokenRows tokenize(const std::vector<std::string>& texts,
                     const std::vector<qwen25_vision::PatchGrid>& grids) const;

  // Positions on three axes for texts with pictures, [3, B, T], as the model was trained; 1 where
  // there is no token.
  torch::Tensor positions(const TokenRows& rows,
                          const std::vector<qwen25_vision::PatchGrid>& grids) const;
  // What the positions of the tokens that follow are above their place in the row, [B, 1].
  static torch::Tensor position_offsets(const torch::Tensor& positions_3BT, int64_t num_tokens);

 private:
  int64_t num_tokens(const qwen25_vision::PatchGrid& grid) const;

  text::Tokenizer tokenizer_;
  int64_t pad_id_, image_id_;
  qwen2::GenerationConfig rules_;
  qwen25_vision::PatchOptions patch_options_;
  qwen25_vision::Config vision_;
};

// A user's turn with the beginning of the answer: `content`, after a picture if there is one.
std::string chat_text(const std::string& content, bool has_picture);

}  // namespace unipic::unipic2
