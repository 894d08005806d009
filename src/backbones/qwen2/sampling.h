#pragma once

#include <torch/types.h>

#include <cstdint>

namespace unipic::qwen2 {

// How the next token is chosen among those of a vocabulary.
struct Sampling {
  double temperature = 0;  // what scores are divided by; 0: always the likeliest token
  int64_t top_k = 0;       // only so many of the likeliest; 0: all
  double top_p = 1;        // only the likeliest that have this share of the probability together
  uint64_t seed = 0;

  // Throws `UsageError` for values out of range.
  void validate() const;
};

// One of the tokens whose `scores` [1, V] are given, the `place`-th of its text. The same seed,
// place and scores give the same token.
int64_t choose_token(const torch::Tensor& scores_1V, const Sampling& sampling, uint64_t place);

}  // namespace unipic::qwen2
