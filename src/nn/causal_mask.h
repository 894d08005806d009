#pragma once

#include <torch/types.h>

// B batch, T queries, S keys.

namespace unipic::nn {

// Added to the scores of `num_queries` positions after `num_cached` ones: 0 where key s may be seen
// by query t (the causal order, and `key_mask` [B, S] if it is defined), -inf elsewhere. Undefined
// when everything may be seen. [B or 1, 1, T, S].
torch::Tensor causal_mask(int64_t num_queries, int64_t num_cached, const torch::Tensor& key_mask_BS,
                          const torch::TensorOptions& options);

}  // namespace unipic::nn
