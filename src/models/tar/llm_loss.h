#pragma once

#include <torch/types.h>

#include <cstdint>
#include <span>
#include <vector>

#include "backbones/qwen2/model.h"
#include "models/tar/training_sample.h"

// B samples, T tokens of the longest, N codes a picture.

namespace unipic::tar {

// Samples with their pictures' codes in place, filled up at the end of shorter ones.
struct MergedBatch {
  torch::Tensor ids_BT;     // int64; 0 where there is no token
  torch::Tensor labels_BT;  // int64, `kIgnored` where nothing is learned
  torch::Tensor mask_BT;    // bool: a token

  // How many labels are learned, each from the token before it.
  int64_t num_learned() const;
};

// Puts the codes of the pictures, [N] int64 each, into `samples` in their order (specs/tar.md §6.1,
// "Merging"). All pictures have the pool scale `scale` (0, 1, 2). A sample without a picture uses
// one up if `texts_use_pictures`, as in the reference. What is longer than `max_tokens` is cut.
// Throws `Error` if the samples do not have as many pictures.
MergedBatch merge(std::span<const TrainingSample> samples,
                  std::span<const torch::Tensor> picture_codes, int64_t scale,
                  const VisualTokens& visual, int64_t max_tokens, bool texts_use_pictures = false);

// What the language model is given, zero where there is no token, [B, T, D].
torch::Tensor embed(const qwen2::CausalLm& llm, const MergedBatch& batch);

// Mean cross entropy of the tokens that are learned, from the hidden states [B, T, D] of all.
torch::Tensor next_token_loss(const qwen2::CausalLm& llm, const torch::Tensor& hidden_BTD,
                              const torch::Tensor& labels_BT);

}  // namespace unipic::tar
