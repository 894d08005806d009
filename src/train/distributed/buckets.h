#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "train/distributed/process_group.h"

namespace unipic::train {

// Small messages cost as much as some that are larger: tensors travel in buckets of this size.
inline constexpr int64_t kBucketBytes = int64_t{4} << 20;

// The indices of `tensors` in order, cut into runs of one type and device and of at most `bytes`
// each, or of one tensor if it is larger.
std::vector<std::vector<size_t>> cut_into_buckets(const std::vector<at::Tensor>& tensors,
                                                  int64_t bytes = kBucketBytes);

// Gives all others the tensors of `rank`.
void broadcast_in_buckets(const std::vector<at::Tensor>& tensors, int64_t rank,
                          ProcessGroup& group);

}  // namespace unipic::train
