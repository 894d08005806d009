#pragma once

#include <torch/types.h>

#include <string>
#include <string_view>
#include <vector>

#include "models/unipic1/config.h"
#include "text/tokenizer.h"

// U different prompts, P tokens of the longest.

namespace unipic::unipic1 {

using TokenIds = std::vector<int64_t>;

// The prompts of the three tasks as token ids (specs/unipic1.md §5).
class PromptWriter {
 public:
  // Registers the image token with `tokenizer`. Throws `Error` if the end token is not in it.
  PromptWriter(text::Tokenizer tokenizer, const Config& config);

  // Asks for a picture; an empty `prompt` asks for any picture.
  TokenIds draw(std::string_view prompt) const;
  // `text` in the template of a user's turn.
  TokenIds instruct(std::string_view text) const;
  // Shows `num_image_tokens` of a picture and then says `text`.
  TokenIds show(int64_t num_image_tokens, std::string_view text) const;

  const text::Tokenizer& tokenizer() const { return tokenizer_; }
  int64_t end_id() const { return end_id_; }
  int64_t image_id() const { return image_id_; }

 private:
  text::Tokenizer tokenizer_;
  std::string before_input_, after_input_;
  int64_t end_id_, image_id_;
};

// `text` without the whitespace around it.
std::string_view stripped(std::string_view text);

// What the unconditional half of guidance is told when editing.
inline constexpr std::string_view kRepeatImage = "Repeat this image.";

// Prompts of different lengths, padded on the right, and which of them each row of a batch uses.
struct PromptBatch {
  torch::Tensor ids_UP;   // int64
  torch::Tensor mask_UP;  // int64, 1 where a token is
  torch::Tensor rows;     // int64 [rows of the batch], indices into U

  int64_t num_rows() const { return rows.size(0); }
  // With one row a row of the batch, as the reference has them.
  torch::Tensor row_ids() const { return ids_UP.index_select(0, rows); }
  torch::Tensor row_mask() const { return mask_UP.index_select(0, rows); }
};

PromptBatch make_prompt_batch(const std::vector<TokenIds>& prompts,
                              const std::vector<int64_t>& rows, int64_t pad_id);

// The rows of guided generation: one conditional row a picture (`prompt_of` each), then, if
// `guided`, as many that use the prompt `unconditional`.
std::vector<int64_t> guided_rows(const std::vector<int64_t>& prompt_of, bool guided,
                                 int64_t unconditional);

}  // namespace unipic::unipic1
