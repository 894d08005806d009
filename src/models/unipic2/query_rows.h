#pragma once

#include <torch/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "models/unipic2/conditioner.h"
#include "models/unipic2/vision_language.h"

// B prompts, Q queries, M width of the language model.

namespace unipic::unipic2 {

// Prompts with the queries after them, as the language model reads them (specs/unipic2.md §10.1).
struct QueryRows {
  TokenRows rows;              // the queries' ids are 0
  torch::Tensor positions_BT;  // the tokens counted, 0 where there is none
  int64_t num_prompt_tokens = 0;

  torch::Tensor prompt_ids() const { return rows.ids_BT.narrow(1, 0, num_prompt_tokens); }
};

// How prompts are read. "Generate an image: " stands before those of pictures without a source.
std::string text_to_draw(const std::string& prompt);
std::string text_to_edit(const std::string& instruction);

QueryRows with_queries(const ChatReader& reader, const std::vector<std::string>& texts,
                       const std::vector<qwen25_vision::PatchGrid>& grids, int64_t num_queries);

// The language model's last states at the queries, [B, Q, M]; gradients flow to the conditioner's
// queries. `prompt` [B, T, M] are the inputs before them.
torch::Tensor query_states(const qwen2::CausalLm& llm, const Conditioner& conditioner,
                           const QueryRows& rows, const torch::Tensor& prompt_BTM,
                           const nn::BlockHooks& hooks = {});

// A source picture of `width` x `height` pixels as the language model sees it: so many tokens as
// there are squares of 32 pixels.
qwen25_vision::PatchOptions patches_of_source(int64_t width, int64_t height);

}  // namespace unipic::unipic2
