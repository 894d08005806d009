#pragma once

#include <cstdint>

#include "kernels/cpu/isa.h"
#include "kernels/cpu/parallel.h"

// B batch, H heads of queries, G heads of keys and values (H is a multiple), T queries, S keys, K
// width of a head.

namespace unipic::kernels {

// bf16 [B, heads, rows, K], the numbers of a row together.
template <typename Number>
struct HeadRows {
  Number* data = nullptr;
  int64_t batch_stride = 0, head_stride = 0, row_stride = 0;

  Number* row(int64_t batch, int64_t head, int64_t index) const {
    return data + batch * batch_stride + head * head_stride + index * row_stride;
  }
};

struct AttentionSizes {
  int64_t batch = 0, num_heads = 0, num_groups = 0;  // B, H, G
  int64_t num_queries = 0, num_keys = 0, width = 0;  // T, S, K
};

struct Attention {
  AttentionSizes sizes;
  HeadRows<const uint16_t> q;     // H heads of T rows
  HeadRows<const uint16_t> k, v;  // G heads of S rows
  // Added to the scores, bf16 [B, T, S] with `row_stride` between queries; no data: nothing.
  HeadRows<const uint16_t> mask;
  float scale = 1;
  HeadRows<uint16_t> out;  // H heads of T rows
};

// Whether `attention` has a body for `isa`.
bool has_attention(Isa isa = best_isa());

// out = softmax(scale · q · kᵀ + mask) · v, sums in fp32, weights rounded to bf16 before they
// multiply `v`. A query whose keys are all masked gets some mean of values. A row's results are the
// same bits whatever the other queries, heads and threads are. `has_attention(isa)`.
void attention(const Attention& attention, const Parallel& parallel = serial, Isa isa = best_isa());

}  // namespace unipic::kernels
