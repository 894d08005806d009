#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "io/tensor_view.h"

namespace unipic::convert {

// Where a file keeps a tensor that a model wants by itself, or otherwise arranged.
struct TensorPart {
  std::string name;                  // of the file's tensor
  int64_t index = 0, num_parts = 1;  // which of so many equal parts of its rows
  bool swaps_halves = false;         // the lower half of these rows comes first
  bool transposes = false;           // of a matrix
};

// The shape of the whole tensor in the file if the part has `shape`.
std::vector<int64_t> whole_shape(std::span<const int64_t> shape, const TensorPart& part);

// What of `whole` the part consists of, one below the other. Throws `Error` that begins with
// `where` if its rows do not divide so, or it is no matrix to transpose.
std::vector<io::TensorView> pieces_of(const io::TensorView& whole, const TensorPart& part,
                                      std::string_view where);

}  // namespace unipic::convert
