#pragma once

#include <torch/types.h>

#include <cstdint>
#include <functional>
#include <vector>

#include "backbones/qwen2/model.h"
#include "base/run_control.h"
#include "nn/kv_cache.h"
#include "nn/trace.h"

namespace unipic::qwen2 {

struct GreedyOptions {
  int64_t max_new_tokens = 1024;
  int64_t end_id = 0;
  // Scores of ids that were already written are divided by this if positive, multiplied if
  // negative. The prompt does not count.
  double repetition_penalty = 1.0;
};

// The likeliest continuation of embeddings [1, T, D], id by id, up to and with `end_id`. Traces
// "raw_logits_first" and "scores_last" [1, vocab].
class GreedyContinuation {
 public:
  GreedyContinuation(CausalLm llm, torch::Tensor embeddings_1TD, const GreedyOptions& options,
                     RunControl control, nn::Trace trace = {});

  // The next id; `is_done` must be false. Throws `Cancelled` when asked to stop.
  int64_t next();
  bool is_done() const;
  const std::vector<int64_t>& written() const { return written_; }

 private:
  torch::Tensor penalized(const torch::Tensor& logits_1V) const;

  CausalLm llm_;
  torch::Tensor input_1TD_;  // what the language model has not read yet
  GreedyOptions options_;
  RunControl control_;
  nn::Trace trace_;
  nn::KvCache cache_;
  std::vector<int64_t> written_;
};

}  // namespace unipic::qwen2
