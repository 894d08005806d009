#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "io/tensor_view.h"

namespace unipic::io {

constexpr size_t kMaxRank = 64;

// Bytes of a row-major tensor. Throws `Error` that begins with `where` if a size is negative, there
// are more than `kMaxRank` of them, or their product (zeros left out) is beyond 63 bits.
size_t checked_num_bytes(DType dtype, std::span<const int64_t> shape, std::string_view where);

// As above for given strides: bytes from the first to past the last element reached; 0 for an empty
// tensor. Strides are in elements; negative ones are refused.
size_t checked_reach(DType dtype, std::span<const int64_t> shape, std::span<const int64_t> strides,
                     std::string_view where);

// Strides in elements. Sizes of 0 count as 1, as in torch.
std::vector<int64_t> row_major_strides(std::span<const int64_t> shape);

}  // namespace unipic::io
