#pragma once

#include <ATen/core/Tensor.h>

#include "train/settings.h"

namespace unipic::train {

// The type of matrix products on `device`.
at::ScalarType compute_type(Precision precision, at::Device device);

}  // namespace unipic::train
