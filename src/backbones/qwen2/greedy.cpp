#include "backbones/qwen2/greedy.h"

namespace unipic::qwen2 {
using torch::Tensor;

namespace {

Tensor penalize(const Tensor& logits_1V, const std::vector<int64_t>& written, double penalty) {
  if (written.empty() || penalty == 1.0) return logits_1V;
  const auto ids = torch::tensor(written, torch::kLong).to(logits_1V.device()).unsqueeze(0);
  const auto scores = logits_1V.gather(1, ids);
  return logits_1V.scatter(1, ids, torch::where(scores < 0, scores * penalty, scores / penalty));
}

}  // namespace

std::vector<int64_t> continue_greedily(const CausalLm& llm, const Tensor& embeddings_1TD,
                                       const GreedyOptions& options,
                                       const std::function<void(int64_t id)>& on_token,
                                       const RunControl& control, const nn::Trace& trace) {
  torch::InferenceMode no_autograd;
  const int64_t prompt_length = embeddings_1TD.size(1);
  const auto index_options = torch::dtype(torch::kLong).device(embeddings_1TD.device());
  auto cache = llm->make_cache();
  cache.reserve(prompt_length + std::min<int64_t>(options.max_new_tokens, 256));

  std::vector<int64_t> written;
  auto input = embeddings_1TD;
  while (static_cast<int64_t>(written.size()) < options.max_new_tokens) {
    const int64_t first = cache.length();
    const auto hidden = control.timed(written.empty() ? "prompt" : "decode", [&] {
      const auto positions =
          torch::arange(first, first + input.size(1), index_options).unsqueeze(0);
      return llm->decoder()->forward(input, positions, {}, &cache).select(1, input.size(1) - 1);
    });
    const auto logits_1V = llm->logits(hidden);
    if (written.empty()) trace("raw_logits_first", logits_1V);
    const auto scores_1V = penalize(logits_1V, written, options.repetition_penalty);
    const auto id = scores_1V.argmax(-1).item<int64_t>();
    written.push_back(id);
    control.report("answer", static_cast<int64_t>(written.size()), options.max_new_tokens);
    if (on_token) on_token(id);
    const bool done =
        id == options.end_id || static_cast<int64_t>(written.size()) == options.max_new_tokens;
    if (done) {
      trace("scores_last", scores_1V);
      break;
    }
    input = llm->embed(torch::full({1, 1}, id, index_options));
  }
  return written;
}

}  // namespace unipic::qwen2
