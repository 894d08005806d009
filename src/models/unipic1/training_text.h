#pragma once

#include <torch/types.h>

#include <string_view>
#include <vector>

#include "models/unipic1/prompt.h"

// B rows, T tokens of the longest.

namespace unipic::unipic1 {

// The label of tokens that nothing is learnt of.
inline constexpr int64_t kNoLabel = -100;

// One text to train on. `labels` are as long as `ids`, or empty where no text is learnt.
struct TrainingText {
  TokenIds ids;
  TokenIds labels;
};

// Texts as the published code trains on them (specs/unipic1.md §6.2). `num_image_tokens` are the
// tokens of a picture with its buffers.

// An empty caption asks for any picture.
TrainingText text_to_draw(const PromptWriter& prompts, std::string_view caption);
// Image markers are taken out of both; learnt are the answer and its end.
TrainingText text_to_answer(const PromptWriter& prompts, int64_t num_image_tokens,
                            std::string_view question, std::string_view answer);
// The picture comes before the instruction, unlike at inference.
TrainingText text_to_edit(const PromptWriter& prompts, int64_t num_image_tokens,
                          std::string_view instruction);
// The same in the layout of inference; `kRepeatImage` with it teaches the unconditional half.
TrainingText text_to_edit_as_asked(const PromptWriter& prompts, int64_t num_image_tokens,
                                   std::string_view instruction);

// Texts of one batch, padded on the right.
struct TextBatch {
  torch::Tensor ids_BT;     // int64
  torch::Tensor mask_BT;    // int64, 1 where a token is
  torch::Tensor labels_BT;  // int64, `kNoLabel` where none is

  TextBatch to(torch::Device device) const;
};

// Texts beyond `max_length` are cut on the right.
TextBatch collate(const std::vector<TrainingText>& texts, int64_t pad_id, int64_t max_length);

}  // namespace unipic::unipic1
