#include "api/answer.h"

#include <algorithm>
#include <utility>

namespace unipic::api {

qwen2::Sampling sampling_of(const DescribeOptions& options) {
  return {.temperature = options.temperature,
          .top_k = options.top_k,
          .top_p = options.top_p,
          .seed = options.seed};
}

AnswerRun::AnswerRun(qwen2::Continuation continuation, const text::Tokenizer& tokenizer,
                     std::vector<int64_t> end_ids, int64_t num_prompt_tokens)
    : end_ids_(std::move(end_ids)),
      num_prompt_tokens_(num_prompt_tokens),
      decoder_(tokenizer, /*skip_special=*/true),
      continuation_(std::move(continuation)) {}

std::string AnswerRun::advance() {
  auto text = decoder_.push(continuation_.next());
  return is_done() ? text + decoder_.finish() : text;
}

bool AnswerRun::is_complete() const {
  const auto& written = continuation_.written();
  return !written.empty() && std::ranges::count(end_ids_, written.back()) > 0;
}

}  // namespace unipic::api
