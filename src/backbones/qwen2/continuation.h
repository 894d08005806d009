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

// B rows, T tokens of the longest prompt, S positions, D width, V vocabulary.

namespace unipic::qwen2 {

struct ContinuationOptions {
  int64_t max_new_tokens = 1024;
  std::vector<int64_t> end_ids = {};
  // Scores of ids that a row holds already are divided by this if positive, multiplied if negative.
  double repetition_penalty = 1.0;
  // What each row holds already beside what is written; empty: nothing.
  std::vector<std::vector<int64_t>> prompt_ids = {};
  // 1 where a prompt has a token, 0 where it is filled up at its end, [B, T]; undefined: they are
  // equally long.
  torch::Tensor prompt_mask = {};
  // Of the prompts, [B, T] or, for several axes, [3, B, T]; undefined: 0, 1, 2... What is written
  // goes on after the largest.
  torch::Tensor prompt_positions = {};
  nn::Sampling sampling = {};
  // Of each row in place of the seed in `sampling`; empty: that one.
  std::vector<uint64_t> seeds = {};
  // The share of a choice instead of that of the seed.
  std::function<double(int64_t row, uint64_t place)> share = {};
  const char* stage = "answer";  // how progress calls it
};

// Continuations of embeddings [B, T, D], id by id, each up to and with one of `end_ids`. Traces
// "raw_logits_first", "scores_last", and of each step "step_logits" and "step_scores", all [B, V].
class Continuation {
 public:
  Continuation(CausalLm llm, torch::Tensor embeddings_BTD, ContinuationOptions options,
               RunControl control, nn::Trace trace = {});

  // The next id of each row; a row that has ended repeats its last one. `is_done` must be false.
  // Throws `Cancelled` when asked to stop.
  std::vector<int64_t> next();
  bool is_done() const { return num_steps_ >= options_.max_new_tokens || all_have_ended(); }
  // Whether the last id of a row is one of `end_ids`.
  bool has_ended(int64_t row = 0) const;
  const std::vector<int64_t>& written(int64_t row = 0) const {
    return rows_.at(index(row)).written;
  }
  int64_t num_rows() const { return static_cast<int64_t>(rows_.size()); }
  int64_t num_steps() const { return num_steps_; }

  // Goes on with these rows alone, in this order.
  void keep(const std::vector<int64_t>& rows);

 private:
  struct Row {
    std::vector<int64_t> prompt_ids, written;
    uint64_t seed = 0;
    int64_t number = 0;  // among those that it began with
  };

  static size_t index(int64_t row) { return static_cast<size_t>(row); }
  bool all_have_ended() const;
  torch::Tensor penalized(const torch::Tensor& logits_BV) const;
  // The last token of each row, [B, D].
  torch::Tensor read_prompts();
  torch::Tensor read_ids(const std::vector<int64_t>& ids_B);
  int64_t choose(const Row& row, const torch::Tensor& scores_V) const;

  CausalLm llm_;
  torch::Tensor prompts_BTD_;  // until they are read
  ContinuationOptions options_;
  RunControl control_;
  nn::Trace trace_;
  nn::KvCache cache_;
  std::vector<Row> rows_;
  int64_t num_steps_ = 0;
  torch::Tensor position_offsets_B1_;  // what positions are above places once prompts are read
  torch::Tensor key_mask_BS_;          // undefined where prompts are equally long
};

}  // namespace unipic::qwen2
