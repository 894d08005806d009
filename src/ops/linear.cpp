#include "ops/linear.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/sigmoid.h>
#include <ATen/ops/silu.h>

#include "base/check.h"
#include "ops/packing.h"

namespace unipic::ops {

at::Tensor linear(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias) {
  return at::linear(x, weight, bias.defined() ? std::optional(bias) : std::nullopt);
}

at::Tensor activate(const at::Tensor& x, Activation activation) {
  switch (activation) {
    case Activation::kNone:
      return x;
    case Activation::kSilu:
      return at::silu(x);
    case Activation::kGelu:
      return at::gelu(x);
    case Activation::kGeluTanh:
      return at::gelu(x, "tanh");
    case Activation::kQuickGelu:
      return x * at::sigmoid(1.702 * x);
  }
  return x;
}

at::Tensor packed_linear(const at::Tensor& x, const kernels::PackedLinear& linear,
                         Activation activation) {
  auto sizes = x.sizes().vec();
  sizes.back() = linear.num_outputs();
  const auto out = at::empty(sizes, x.options());
  packed_linear_into(out, x, linear, {.activation = activation});
  return out;
}

void packed_linear_into(const at::Tensor& out, const at::Tensor& x,
                        const kernels::PackedLinear& linear, const kernels::GemmFinish& finish) {
  const int64_t num_inputs = linear.num_inputs(), num_outputs = linear.num_outputs();
  check(is_packable(x) && x.size(-1) == num_inputs,
        "packed weights multiply bf16 rows of {} on a CPU", num_inputs);
  check(is_packable(out) && out.is_contiguous() &&
            out.numel() / num_outputs == x.numel() / num_inputs,
        "the results of packed weights are dense rows of {}", num_outputs);
  const auto dense = x.contiguous();
  kernels::multiply({bf16_data(dense), dense.numel() / num_inputs, num_inputs}, linear, finish,
                    {.bf16 = mutable_bf16_data(out), .stride = num_outputs}, on_all_threads);
}

}  // namespace unipic::ops
