#include "api/answer.h"

#include <utility>

namespace unipic::api {

nn::Sampling sampling_of(const DescribeOptions& options) {
  return {.temperature = options.temperature,
          .top_k = options.top_k,
          .top_p = options.top_p,
          .seed = options.seed};
}

AnswerRun::AnswerRun(qwen2::Continuation continuation, const text::Tokenizer& tokenizer,
                     int64_t num_prompt_tokens)
    : num_prompt_tokens_(num_prompt_tokens),
      decoder_(tokenizer, /*skip_special=*/true),
      continuation_(std::move(continuation)) {}

std::string AnswerRun::advance() {
  auto text = decoder_.push(continuation_.next().front());
  return is_done() ? text + decoder_.finish() : text;
}

}  // namespace unipic::api
