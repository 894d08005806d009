#include "train/precision.h"

#include <ATen/autocast_mode.h>

#include "base/cpu.h"

namespace unipic::train {

torch::ScalarType compute_type(Precision precision, torch::Device device) {
  if (precision == Precision::kF32) return torch::kFloat;
  const bool is_fast = device.is_cuda() || has_amx_bf16();
  return precision == Precision::kBF16 || is_fast ? torch::kBFloat16 : torch::kFloat;
}

MixedPrecision::MixedPrecision(torch::ScalarType dtype, torch::Device device)
    : device_(device.type()),
      was_enabled_(at::autocast::is_autocast_enabled(device_)),
      previous_(at::autocast::get_autocast_dtype(device_)) {
  if (dtype == torch::kFloat) return;
  at::autocast::set_autocast_dtype(device_, dtype);
  at::autocast::set_autocast_enabled(device_, true);
}

MixedPrecision::~MixedPrecision() {
  at::autocast::set_autocast_enabled(device_, was_enabled_);
  at::autocast::set_autocast_dtype(device_, previous_);
  at::autocast::clear_cache();
}

}  // namespace unipic::train
