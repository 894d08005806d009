#pragma once

#include <torch/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "models/unipic2/conditioner.h"
#include "models/unipic2/generation.h"
#include "models/unipic2/vision_language.h"

// B prompts, Q queries, M width of the language model.

namespace unipic::unipic2 {

// Prompts with the queries after them, as the language model reads them (specs/unipic2.md §10.1).
struct QueryRows {
  TokenRows rows;              // the queries' ids are 0
  torch::Tensor positions_BT;  // the tokens counted, 0 where there is none
  torch::Tensor image_tokens;  // of all rows' pictures; undefined: none
};

// How prompts are read. "Generate an image: " stands before those of pictures without a source.
std::string text_to_draw(const std::string& prompt);
std::string text_to_edit(const std::string& instruction);

QueryRows with_queries(const VisionLanguageModel& model, const std::vector<std::string>& texts,
                       const qwen25_vision::Patches& pictures, int64_t num_queries);

// The language model's last states at the queries, [B, Q, M]; gradients flow to the conditioner's
// queries.
torch::Tensor query_states(const VisionLanguageModel& model, const Conditioner& conditioner,
                           const QueryRows& rows);

// A source picture of `width` x `height` pixels as the language model sees it: so many tokens as
// there are squares of 32 pixels.
qwen25_vision::PatchOptions patches_of_source(int64_t width, int64_t height);

}  // namespace unipic::unipic2
