#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <functional>
#include <vector>

#include "backbones/qwen2/model.h"
#include "base/run_control.h"
#include "nn/trace.h"

namespace unipic::qwen2 {

struct GreedyOptions {
  int64_t max_new_tokens = 1024;
  int64_t end_id = 0;
  // Scores of ids that were already written are divided by this if positive, multiplied if
  // negative. The prompt does not count.
  double repetition_penalty = 1.0;
};

// The likeliest continuation of embeddings [1, T, D], id by id, up to and with `end_id`. `on_token`
// sees each id when it is chosen. Traces "raw_logits_first" and "scores_last" [1, vocab]. Throws
// `Cancelled` when asked to stop.
std::vector<int64_t> continue_greedily(const CausalLm& llm, const torch::Tensor& embeddings_1TD,
                                       const GreedyOptions& options,
                                       const std::function<void(int64_t id)>& on_token,
                                       const RunControl& control, const nn::Trace& trace = {});

}  // namespace unipic::qwen2
