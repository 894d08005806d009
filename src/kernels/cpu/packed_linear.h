#pragma once

#include <memory>
#include <vector>

#include "kernels/cpu/packed_bf16.h"

namespace unipic::kernels {

// What kernels take for numbers that may be missing.
inline const float* or_none(const std::vector<float>& numbers) {
  return numbers.empty() ? nullptr : numbers.data();
}

// A linear layer as our own kernels read it.
struct PackedLinear {
  PackedBf16 weight;
  std::vector<float> bias;  // empty: none
};

using SharedLinear = std::shared_ptr<const PackedLinear>;

}  // namespace unipic::kernels
