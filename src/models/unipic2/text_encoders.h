#pragma once

#include <torch/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "models/unipic2/kontext_files.h"
#include "models/unipic2/parts.h"
#include "models/unipic2/prompts.h"
#include "text/tokenizer.h"
#include "text/unigram_tokenizer.h"

// B prompts, S tokens of both CLIPs and then of T5.

namespace unipic::unipic2 {

// A CLIP tokenizer with the ids around a text: [start, text, end, padding].
class ClipTokens {
 public:
  explicit ClipTokens(const std::filesystem::path& folder);
  // Each text as `length` ids, longer ones cut: [B, length], int64.
  torch::Tensor encode(const std::vector<std::string>& texts, int64_t length) const;
  // Of a text alone, however long.
  int64_t num_tokens(const std::string& text) const {
    return static_cast<int64_t>(tokenizer_.encode(text).size());
  }

 private:
  int64_t id_of(const std::filesystem::path& folder, const std::string& name) const;

  text::Tokenizer tokenizer_;
  int64_t start_id_, end_id_, pad_id_;
};

// Each text as `length` ids of T5, the last or the one after the text the end: [B, length].
torch::Tensor t5_tokens(const text::UnigramTokenizer& tokenizer,
                        const std::vector<std::string>& texts, int64_t length);

// What the encoders say of prompts, joined for a transformer of that config; without T5 (`of_t5`
// undefined) its part is zeros of as many tokens as CLIP's. Throws `Error` that begins with `where`
// if they do not fit it.
EncodedPrompts assembled_prompts(const clip_text::Encoded& l, const clip_text::Encoded& g,
                                 torch::Tensor of_t5, const sd3::Config& transformer,
                                 const std::string& where);

// The text encoders of UniPic2-SD3.5M-Kontext (specs/unipic2.md §4): two CLIPs and, unless it is
// left out, T5. Each is loaded for the time that it computes.
class TextEncoders {
 public:
  // Throws `Error` if a tokenizer is missing or malformed.
  TextEncoders(KontextFiles files, const ops::Placement& placement);

  static constexpr int64_t kClipTokens = 77;
  static constexpr int64_t kMostT5Tokens = 512;

  // For a transformer of that config, which must fit. `num_t5_tokens` of each prompt are seen, at
  // most 512; without T5 its part is zeros of 77 tokens.
  EncodedPrompts encode(const std::vector<std::string>& prompts, int64_t num_t5_tokens,
                        const sd3::Config& transformer, const RunControl& control = {}) const;

  // How many tokens of CLIP a text is.
  int64_t num_tokens(const std::string& text) const { return clip_l_.num_tokens(text); }

 private:
  KontextFiles files_;
  ops::Placement placement_;
  ClipTokens clip_l_, clip_g_;
  std::optional<text::UnigramTokenizer> t5_;
};

}  // namespace unipic::unipic2
