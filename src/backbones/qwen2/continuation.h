#pragma once

#include <torch/types.h>

#include <cstdint>
#include <functional>
#include <vector>

#include "backbones/qwen2/model.h"
#include "base/run_control.h"
#include "nn/kv_cache.h"
#include "nn/sampling.h"
#include "nn/trace.h"

namespace unipic::qwen2 {

struct ContinuationOptions {
  int64_t max_new_tokens = 1024;
  std::vector<int64_t> end_ids = {};
  // Scores of ids that were already written are divided by this if positive, multiplied if
  // negative.
  double repetition_penalty = 1.0;
  std::vector<int64_t> prompt_ids = {};  // that count as written, too
  // Of the prompt, [1, T] or, for several axes, [3, 1, T]; undefined: 0, 1, 2... What is written
  // goes on after the largest.
  torch::Tensor prompt_positions = {};
  nn::Sampling sampling = {};
  // The share of the choice in a place, instead of that of the seed.
  std::function<double(uint64_t place)> share = {};
};

// A continuation of embeddings [1, T, D], id by id, up to and with one of `end_ids`. Traces
// "raw_logits_first", "scores_last", and of each step "step_logits" and "step_scores", all [1,
// vocab].
class Continuation {
 public:
  Continuation(CausalLm llm, torch::Tensor embeddings_1TD, const ContinuationOptions& options,
               RunControl control, nn::Trace trace = {});

  // The next id; `is_done` must be false. Throws `Cancelled` when asked to stop.
  int64_t next();
  bool is_done() const { return has_ended() || num_written() >= options_.max_new_tokens; }
  // Whether the last id is one of `end_ids`.
  bool has_ended() const;
  const std::vector<int64_t>& written() const { return written_; }

 private:
  int64_t num_written() const { return static_cast<int64_t>(written_.size()); }
  torch::Tensor penalized(const torch::Tensor& logits_1V) const;
  // Of what the language model reads next.
  torch::Tensor next_positions() const;

  CausalLm llm_;
  torch::Tensor input_1TD_;  // what the language model has not read yet
  ContinuationOptions options_;
  RunControl control_;
  nn::Trace trace_;
  nn::KvCache cache_;
  int64_t position_offset_ = 0;  // what positions are above places once the prompt is read
  std::vector<int64_t> written_;
};

}  // namespace unipic::qwen2
