#include "ops/linear.h"

#include <ATen/ops/linear.h>

namespace unipic::ops {

at::Tensor linear(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias) {
  return at::linear(x, weight, bias.defined() ? std::optional(bias) : std::nullopt);
}

}  // namespace unipic::ops
