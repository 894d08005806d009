#pragma once

#include <torch/types.h>

#include <cstdint>

// V tokens of a vocabulary.

namespace unipic::nn {

// How the next token is chosen among those of a vocabulary.
struct Sampling {
  double temperature = 0;  // what scores are divided by; 0: always the likeliest token
  int64_t top_k = 0;       // only so many of the likeliest, and those as likely; 0: all
  double top_p = 1;        // only the likeliest that have this share of the probability together
  uint64_t seed = 0;

  // Throws `UsageError` for values out of range.
  void validate() const;
};

// Which token stands `share` (0..1, 1 excluded) of the way through the probability of those that
// `sampling` leaves, in the order of the vocabulary.
int64_t choose_token(const torch::Tensor& scores_V, const Sampling& sampling, double share);

// A share for the `place`-th choice of a text or picture; `stream` keeps apart what one seed is
// used for.
double share_of(uint64_t seed, uint32_t stream, uint64_t place);

}  // namespace unipic::nn
