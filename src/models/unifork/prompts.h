#pragma once

#include <torch/types.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "text/tokenizer.h"

// U different prompts, P tokens of the longest, R rows of a batch.

namespace unipic::unifork {

using TokenIds = std::vector<int64_t>;

// Stands for a picture among token ids, and for no label among labels.
inline constexpr int64_t kImageId = -200, kNoLabel = -100;

// Positions the language model was trained for.
inline constexpr int64_t kMaxPositions = 32768;

// What the authors' script tells the unconditional half of guidance (specs/unifork.md §7).
inline constexpr std::string_view kNegativePrompt =
    "lowres, bad anatomy, bad hands, text, error, missing fingers, extra digit, fewer digits, "
    "cropped, worst quality, low quality, normal quality, jpeg artifacts, signature, watermark, "
    "username, blurry..";
// What stands in place of a prompt where training leaves it out.
inline constexpr std::string_view kNoPrompt = "<|video_pad|>.";

// Writes prompts as token ids (specs/unifork.md §7).
class PromptWriter {
 public:
  // Throws `Error` that begins with `where` if a token is missing that UniFork marks things with.
  PromptWriter(text::Tokenizer tokenizer, const std::string& where);

  const text::Tokenizer& tokenizer() const { return tokenizer_; }
  int64_t pad_id() const { return pad_id_; }
  int64_t start_id() const { return start_id_; }
  int64_t end_id() const { return end_id_; }

  // `text` with a `kImageId` wherever it says "<image>".
  TokenIds encode(std::string_view text) const;
  // Asks for a picture. What `prompt` has of the spelling of tokens is read as those tokens.
  TokenIds draw(std::string_view prompt) const;
  // Asks about a picture, whose place is `kImageId`.
  TokenIds ask(std::string_view question) const;

 private:
  text::Tokenizer tokenizer_;
  int64_t pad_id_, start_id_, end_id_;
};

// Prompts to draw, filled up on the left, and which of them each row of a batch uses.
struct PromptRows {
  torch::Tensor ids_UP;   // int64
  torch::Tensor mask_UP;  // int64, 1 where a token is
  torch::Tensor rows_R;   // int64, indices into U: the pictures' prompts, then the unconditional

  int64_t num_rows() const { return rows_R.size(0); }
};

// Rows of `prompts`, and as many of `negatives` if there are any. Equal texts are one.
PromptRows make_rows(const PromptWriter& writer, const std::vector<std::string>& prompts,
                     const std::vector<std::string>& negatives);

}  // namespace unipic::unifork
