#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/tar/visual_tokens.h"
#include "text/tokenizer.h"

namespace unipic::tar {

// Writes Tar's prompts as token ids (specs/tar.md §3.3).
class PromptWriter {
 public:
  // Throws `Error` that begins with `where` if the tokenizer is not Tar's.
  PromptWriter(text::Tokenizer tokenizer, const std::string& where);

  // Asks for a picture of `scale`, after the picture of `codes` if there are any.
  std::vector<int64_t> draw(std::string_view prompt, int64_t scale,
                            std::span<const int64_t> codes = {}) const;
  // Asks `question` about the picture of `codes`.
  std::vector<int64_t> ask(std::span<const int64_t> codes, std::string_view question) const;

  const text::Tokenizer& tokenizer() const { return tokenizer_; }
  const VisualTokens& visual() const { return visual_; }

 private:
  // A user's turn, up to the beginning of the answer. What `text` has of the spelling of tokens is
  // read as those tokens, as in the reference.
  std::vector<int64_t> turn(std::span<const int64_t> codes, std::string_view text) const;

  text::Tokenizer tokenizer_;
  VisualTokens visual_;
};

inline constexpr std::string_view kSystemText = "You are a helpful assistant.";

}  // namespace unipic::tar
