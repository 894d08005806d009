#include "ops/unit_vectors.h"

#include <ATen/ops/norm.h>

namespace unipic::ops {

at::Tensor unit_vectors(const at::Tensor& x) {
  const auto x_f32 = x.to(at::kFloat);
  return x_f32 / x_f32.norm(2, -1, /*keepdim=*/true).clamp_min(1e-12);
}

}  // namespace unipic::ops
