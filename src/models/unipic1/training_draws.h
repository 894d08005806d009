#pragma once

#include <torch/types.h>

#include <cstdint>

#include "models/unipic1/loss.h"

namespace unipic::unipic1 {

// How much of a picture is hidden while learning to draw: a share of a normal distribution cut to
// [`smallest`, 1] (specs/unipic1.md §6.1).
struct MaskDistribution {
  double mean = 1.0;
  double deviation = 0.25;
  double smallest = 0.7;

  template <typename Visitor>
  void visit(Visitor& v) {
    v.field("mean", mean, "of the share of a picture's tokens that are hidden");
    v.field("deviation", deviation, "of that share");
    v.field("smallest", smallest, "share; the largest is 1");
  }
  // Throws `UsageError` if nothing, or almost nothing, of the distribution lies in its range.
  void validate() const;
};

// The random choices for the pictures of `num_tokens` tokens from number `first` on of those of
// `draw`, a pure function of `seed`, `draw` and each picture's number; how many tokens are hidden
// is the same for all pictures of a draw.
DrawingDraws training_draws(uint64_t seed, uint64_t draw, int64_t first, int64_t batch,
                            int64_t num_tokens, const MarConfig& mar,
                            const MaskDistribution& masks);

// The same from the first picture on with everything hidden, for measuring.
DrawingDraws full_mask_draws(uint64_t seed, uint64_t draw, int64_t batch, int64_t num_tokens,
                             const MarConfig& mar);

}  // namespace unipic::unipic1
