#include "train/precision.h"

#include "base/cpu.h"

namespace unipic::train {

at::ScalarType compute_type(Precision precision, at::Device device) {
  if (precision == Precision::kF32) return at::kFloat;
  const bool is_fast = device.is_cuda() || has_bf16_products();
  return precision == Precision::kBF16 || is_fast ? at::kBFloat16 : at::kFloat;
}

}  // namespace unipic::train
