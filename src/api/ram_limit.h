#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>

#include "ops/placement.h"
#include "unipic/options.h"

// What drawing takes of memory, by estimate: weights, and the largest of what is alive at the same
// time. The factors are those of the specs' costs and of our own peaks (docs/performance.md).

namespace unipic::api {

// Of so many weights in the arithmetic they are computed with.
int64_t weight_bytes(int64_t num_weights, at::ScalarType type, ops::WeightBits bits);

// Of an autoencoder's widest level, at full size.
int64_t vae_bytes(int64_t width, int64_t height, int64_t channels, at::ScalarType type);

// Of a transformer's block: queries, keys, values, hidden layer and their sums.
int64_t transformer_bytes(int64_t num_rows, int64_t num_tokens, int64_t dim, at::ScalarType type);

// What may be used. Throws `UsageError` that says what takes how much.
class RamLimit {
 public:
  explicit RamLimit(const LoadOptions& options) : bytes_(options.max_ram) {}

  // `bytes` beside what every process of this program has.
  void check(const std::string& what, int64_t bytes) const;

 private:
  int64_t bytes_;
};

}  // namespace unipic::api
