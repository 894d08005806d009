#include "ops/mixed_precision.h"

#include <ATen/autocast_mode.h>

namespace unipic::ops {

MixedPrecision::MixedPrecision(at::ScalarType dtype, at::Device device)
    : device_(device.type()),
      was_enabled_(at::autocast::is_autocast_enabled(device_)),
      previous_(at::autocast::get_autocast_dtype(device_)) {
  if (dtype != at::kFloat) at::autocast::set_autocast_dtype(device_, dtype);
  at::autocast::set_autocast_enabled(device_, dtype != at::kFloat);
}

MixedPrecision::~MixedPrecision() {
  at::autocast::set_autocast_enabled(device_, was_enabled_);
  at::autocast::set_autocast_dtype(device_, previous_);
  at::autocast::clear_cache();
}

at::ScalarType current_compute_type(at::Device device) {
  return at::autocast::is_autocast_enabled(device.type())
             ? at::autocast::get_autocast_dtype(device.type())
             : at::kFloat;
}

}  // namespace unipic::ops
