#include "backbones/qwen2/greedy.h"

#include <algorithm>
#include <utility>

namespace unipic::qwen2 {
using torch::Tensor;

GreedyContinuation::GreedyContinuation(CausalLm llm, Tensor embeddings_1TD,
                                       const GreedyOptions& options, RunControl control,
                                       nn::Trace trace)
    : llm_(std::move(llm)),
      input_1TD_(std::move(embeddings_1TD)),
      options_(options),
      control_(std::move(control)),
      trace_(std::move(trace)),
      cache_(llm_->make_cache()) {
  constexpr int64_t kTokensAtFirst = 256;
  cache_.reserve(input_1TD_.size(1) + std::min(options.max_new_tokens, kTokensAtFirst));
}

bool GreedyContinuation::is_done() const {
  return static_cast<int64_t>(written_.size()) >= options_.max_new_tokens ||
         (!written_.empty() && written_.back() == options_.end_id);
}

int64_t GreedyContinuation::next() {
  const torch::InferenceMode no_autograd;
  const auto index_options = torch::dtype(torch::kLong).device(input_1TD_.device());
  const int64_t first = cache_.length(), num_inputs = input_1TD_.size(1);
  const auto hidden = control_.timed(written_.empty() ? "prompt" : "decode", [&] {
    const auto positions = torch::arange(first, first + num_inputs, index_options).unsqueeze(0);
    return llm_->decoder()->forward(input_1TD_, positions, {}, &cache_).select(1, num_inputs - 1);
  });
  const auto logits_1V = llm_->logits(hidden);
  if (written_.empty()) trace_("raw_logits_first", logits_1V);
  const auto scores_1V = penalized(logits_1V);
  const auto id = scores_1V.argmax(-1).item<int64_t>();
  written_.push_back(id);
  control_.report("answer", static_cast<int64_t>(written_.size()), options_.max_new_tokens);
  if (is_done()) {
    trace_("scores_last", scores_1V);
  } else {
    input_1TD_ = llm_->embed(torch::full({1, 1}, id, index_options));
  }
  return id;
}

Tensor GreedyContinuation::penalized(const Tensor& logits_1V) const {
  const double penalty = options_.repetition_penalty;
  if (written_.empty() || penalty == 1.0) return logits_1V;
  const auto ids = torch::tensor(written_, torch::kLong).to(logits_1V.device()).unsqueeze(0);
  const auto scores = logits_1V.gather(1, ids);
  return logits_1V.scatter(1, ids, torch::where(scores < 0, scores * penalty, scores / penalty));
}

}  // namespace unipic::qwen2
