#pragma once

#include <cstdint>
#include <vector>

namespace unipic::unipic1 {

// How many tokens are still masked after each iteration: the cosine schedule of MaskGIT, at least
// one a step (specs/unipic1.md §4). The last entry is what the formula gives, 1; the sampler
// predicts that token too. Throws `UsageError` unless 1 <= num_iterations <= num_tokens.
std::vector<int64_t> masked_after(int64_t num_tokens, int64_t num_iterations);

// How many tokens each iteration predicts; they add up to `num_tokens`.
std::vector<int64_t> predicted_in(const std::vector<int64_t>& masked_after, int64_t num_tokens);

}  // namespace unipic::unipic1
