#include "backbones/qwen2/continuation.h"

#include <algorithm>
#include <utility>

namespace unipic::qwen2 {
using torch::Tensor;

Continuation::Continuation(CausalLm llm, Tensor embeddings_1TD, const ContinuationOptions& options,
                           RunControl control, nn::Trace trace)
    : llm_(std::move(llm)),
      input_1TD_(std::move(embeddings_1TD)),
      options_(options),
      control_(std::move(control)),
      trace_(std::move(trace)),
      cache_(llm_->make_cache()) {
  options_.sampling.validate();
  constexpr int64_t kTokensAtFirst = 256;
  cache_.reserve(input_1TD_.size(1) + std::min(options.max_new_tokens, kTokensAtFirst));
  if (options_.prompt_positions.defined()) {
    position_offset_ =
        options_.prompt_positions.max().item<int64_t>() + 1 - options_.prompt_positions.size(-1);
  }
}

bool Continuation::has_ended() const {
  return !written_.empty() && std::ranges::count(options_.end_ids, written_.back()) > 0;
}

Tensor Continuation::next_positions() const {
  if (cache_.length() == 0 && options_.prompt_positions.defined())
    return options_.prompt_positions.to(input_1TD_.device());
  const int64_t first = cache_.length() + (cache_.length() > 0 ? position_offset_ : 0);
  return torch::arange(first, first + input_1TD_.size(1),
                       torch::dtype(torch::kLong).device(input_1TD_.device()))
      .unsqueeze(0);
}

int64_t Continuation::next() {
  const torch::InferenceMode no_autograd;
  const int64_t num_inputs = input_1TD_.size(1);
  const auto hidden = control_.timed(written_.empty() ? "prompt" : "decode", [&] {
    return llm_->decoder()
        ->forward(input_1TD_, next_positions(), {}, &cache_)
        .select(1, num_inputs - 1);
  });
  const auto logits_1V = llm_->logits(hidden);
  if (written_.empty()) trace_("raw_logits_first", logits_1V);
  const auto scores_1V = penalized(logits_1V);
  trace_("step_logits", logits_1V);
  trace_("step_scores", scores_1V);
  const auto place = written_.size();
  const double share =
      options_.share ? options_.share(place) : nn::share_of(options_.sampling.seed, 0, place);
  const auto id = nn::choose_token(scores_1V.squeeze(0), options_.sampling, share);
  written_.push_back(id);
  control_.report("answer", num_written(), options_.max_new_tokens);
  if (is_done()) {
    trace_("scores_last", scores_1V);
  } else {
    input_1TD_ = llm_->embed(
        torch::full({1, 1}, id, torch::dtype(torch::kLong).device(input_1TD_.device())));
  }
  return id;
}

Tensor Continuation::penalized(const Tensor& logits_1V) const {
  const double penalty = options_.repetition_penalty;
  auto known = options_.prompt_ids;
  known.insert(known.end(), written_.begin(), written_.end());
  if (known.empty() || penalty == 1.0) return logits_1V;
  const auto ids = torch::tensor(known, torch::kLong).to(logits_1V.device()).unsqueeze(0);
  const auto scores = logits_1V.gather(1, ids);
  return logits_1V.scatter(1, ids, torch::where(scores < 0, scores * penalty, scores / penalty));
}

}  // namespace unipic::qwen2
