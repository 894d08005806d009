#pragma once

#include <cstdint>
#include <string>

#include "backbones/qwen2/continuation.h"
#include "nn/sampling.h"
#include "text/stream_decoder.h"
#include "unipic/options.h"

namespace unipic::api {

nn::Sampling sampling_of(const DescribeOptions& options);

// An answer on its way: what a language model writes, as text.
class AnswerRun {
 public:
  // `tokenizer` must outlive it.
  AnswerRun(qwen2::Continuation continuation, const text::Tokenizer& tokenizer,
            int64_t num_prompt_tokens);

  // The text that the next token completes, perhaps none.
  std::string advance();
  bool is_done() const { return continuation_.is_done(); }
  // Whether the model ended the answer.
  bool is_complete() const { return continuation_.has_ended(); }
  int64_t num_prompt_tokens() const { return num_prompt_tokens_; }
  int64_t num_tokens() const { return static_cast<int64_t>(continuation_.written().size()); }

 private:
  int64_t num_prompt_tokens_;
  text::StreamDecoder decoder_;
  qwen2::Continuation continuation_;
};

}  // namespace unipic::api
