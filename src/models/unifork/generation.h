#pragma once

#include <torch/types.h>

#include <functional>
#include <vector>

#include "base/run_control.h"
#include "models/unifork/model.h"
#include "models/unifork/prompts.h"
#include "nn/kv_cache.h"
#include "nn/sampling.h"
#include "nn/trace.h"

// P pictures, R rows = P, or 2·P with guidance (conditional ones first), S positions, L tokens of a
// picture, Q codes of a token, K number of codes, C their width, M width of the language model.

namespace unipic::unifork {

struct SamplerOptions {
  double guidance = 4.0;  // exactly 1 is unguided
  // Of each code, after guidance.
  nn::Sampling sampling = {.temperature = 1.0, .top_k = 900, .top_p = 0.96};
  int64_t num_tokens = 0;  // 0: all of a picture

  bool is_guided() const { return guidance != 1.0; }
  // Throws `UsageError` for values out of range.
  void validate() const;
};

// Who watches a generation, and who may draw for it.
struct SamplerHooks {
  RunControl control = {};
  // "prompt_embeds" and "prompt_hidden_i" after layer i while prompts are read; of each step
  // "hidden" [R, M], "guided_logits" [P, K] of each level and "next_embeds" [R, M].
  nn::Trace trace = {};
  // The share of a choice instead of that of a picture's seed; places count codes.
  std::function<double(int64_t picture, uint64_t place)> share = {};
};

// Pictures on their way, a token of each at a time (specs/unifork.md §8).
class Generation {
 public:
  // One picture a seed; `prompts` have a row of each, and with guidance one more. Throws
  // `UsageError` for options out of range.
  Generation(UniFork model, PromptRows prompts, std::vector<uint64_t> seeds,
             const SamplerOptions& options, SamplerHooks hooks = {});

  int64_t step() const { return static_cast<int64_t>(codes_.size()); }
  int64_t num_steps() const { return options_.num_tokens; }
  bool is_done() const { return step() == num_steps(); }
  int64_t num_pictures() const { return static_cast<int64_t>(seeds_.size()); }

  // The next token; `is_done` must be false. Throws `Cancelled` when asked to stop.
  void advance();
  // Goes on with these pictures alone, in this order; at least one.
  void keep(const std::vector<int64_t>& pictures);

  // The codes so far, [P, step, Q].
  torch::Tensor codes() const { return torch::stack(codes_, 1); }
  // What the tokenizer decodes, [P, h, w, C]; zero where nothing is known yet.
  torch::Tensor vectors() const;

 private:
  torch::Tensor read_prompts();
  torch::Tensor read_token();
  torch::Tensor choose_codes(const torch::Tensor& hidden_RM);
  torch::Tensor choose(const torch::Tensor& scores_RK, uint64_t place) const;
  torch::Tensor to_rows(const torch::Tensor& x_P) const;

  UniFork model_;
  PromptRows prompts_;
  std::vector<uint64_t> seeds_;
  std::vector<int64_t> numbers_;  // of the pictures among those that it began with
  SamplerOptions options_;
  SamplerHooks hooks_;
  nn::KvCache cache_, depth_cache_;
  torch::Tensor key_mask_RS_;         // undefined where no row is filled up
  torch::Tensor next_RM_;             // what the language model has not read yet
  std::vector<torch::Tensor> codes_;  // [P, Q] of each step
};

}  // namespace unipic::unifork
