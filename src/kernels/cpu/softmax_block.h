#pragma once

#include <cstdint>

#include "kernels/cpu/ceil_divide.h"
#include "kernels/cpu/isa.h"

namespace unipic::kernels {

// Scores of 32 queries for some keys come in blocks of 32 × 32, and so do the weights made of them,
// as two of AMX's tiles a block.
inline constexpr int64_t kScoreRows = 32, kScoreColumns = 32;

// What the softmax of a query has come to: weights so far are relative to `maximum`, and add up to
// `sum`. Exponents are to base 2.
struct SoftmaxState {
  float maximum[kScoreRows];
  float sum[kScoreRows];

  void reset();
};

struct ScoreBlocks {
  float* scores = nullptr;  // of `num_blocks` blocks
  int64_t num_rows = 0, num_keys = 0;
  float scale = 1;                 // of the scores, log₂ e in it
  const uint16_t* mask = nullptr;  // bf16 rows of `num_keys` numbers, or none
  int64_t mask_stride = 0;

  int64_t num_blocks() const { return ceil_divide(num_keys, kScoreColumns); }
};

// Turns scores into bf16 weights, which is what `softmax` makes of them apart from a division by
// the final `state.sum`; `rescale` [32] is what everything made with the state before must be
// multiplied by. Keys and rows that are not there get weights of 0.
void softmax_block(const ScoreBlocks& blocks, SoftmaxState& state, uint16_t* weights,
                   float* rescale, Isa isa);

// Multiplies each row of a block by a number of its own.
void rescale_block(float* block, const float* rescale, Isa isa);

// The first `count` numbers of a row of a block, times `factor`, in bf16.
void write_row(const float* row, int64_t count, float factor, uint16_t* out, Isa isa);

}  // namespace unipic::kernels
