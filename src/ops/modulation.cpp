#include "ops/modulation.h"

#include <ATen/ops/empty_like.h>

#include <algorithm>
#include <functional>

#include "kernels/cpu/gated_sum.h"
#include "kernels/cpu/layer_norm.h"
#include "ops/norm.h"
#include "ops/packing.h"

namespace unipic::ops {
namespace {

// Calls `work` for rows [first, last) of x's batch element `batch`, on LibTorch's threads.
void on_rows(const at::Tensor& x_BTD,
             const std::function<void(int64_t batch, int64_t first, int64_t last)>& work) {
  const int64_t num_tokens = x_BTD.size(1);
  on_all_threads(x_BTD.size(0) * num_tokens, [&](int64_t first, int64_t last) {
    while (first < last) {
      const int64_t batch = first / num_tokens;
      const int64_t until = std::min(last, (batch + 1) * num_tokens);
      work(batch, first, until);
      first = until;
    }
  });
}

}  // namespace

at::Tensor modulate(const at::Tensor& normed, const at::Tensor& shift, const at::Tensor& scale) {
  return normed * (1 + scale) + shift;
}

at::Tensor modulated_norm(const at::Tensor& x_BTD, const at::Tensor& shift_B1D,
                          const at::Tensor& scale_B1D, double eps, bool own_kernel) {
  if (!own_kernel || !is_packable(x_BTD))
    return modulate(layer_norm(x_BTD, {}, {}, eps), shift_B1D, scale_B1D);
  const auto x = x_BTD.contiguous();
  const auto out = at::empty_like(x);
  const auto shift = to_floats(shift_B1D), scale = to_floats(scale_B1D);
  const int64_t width = x.size(2);
  on_rows(x, [&](int64_t batch, int64_t first, int64_t last) {
    kernels::layer_norm(bf16_data(x) + first * width, last - first, width,
                        {.eps = static_cast<float>(eps),
                         .shift = shift.data() + batch * width,
                         .scale = scale.data() + batch * width},
                        mutable_bf16_data(out) + first * width);
  });
  return out;
}

at::Tensor gated_sum(const at::Tensor& x_BTD, const at::Tensor& gate_B1D, const at::Tensor& y_BTD,
                     bool own_kernel) {
  if (!own_kernel || !is_packable(x_BTD)) return x_BTD + gate_B1D * y_BTD;
  const auto x = x_BTD.contiguous(), y = y_BTD.contiguous();
  const auto out = at::empty_like(x);
  const auto gate = to_floats(gate_B1D);
  const int64_t width = x.size(2);
  on_rows(x, [&](int64_t batch, int64_t first, int64_t last) {
    kernels::gated_sum(bf16_data(x) + first * width, gate.data() + batch * width,
                       bf16_data(y) + first * width, last - first, width,
                       mutable_bf16_data(out) + first * width);
  });
  return out;
}

}  // namespace unipic::ops
