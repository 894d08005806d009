#pragma once

#include <memory>
#include <vector>

#include "kernels/cpu/packed_bf16.h"

namespace unipic::kernels {

// A linear layer as our own kernels read it.
struct PackedLinear {
  PackedBf16 weight;
  std::vector<float> bias;  // empty: none

  const float* bias_or_none() const { return bias.empty() ? nullptr : bias.data(); }
};

using SharedLinear = std::shared_ptr<const PackedLinear>;

}  // namespace unipic::kernels
