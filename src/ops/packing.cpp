#include "ops/packing.h"

#include <ATen/Parallel.h>

#include "base/check.h"

namespace unipic::ops {

bool is_packable(const at::Tensor& weight) {
  return weight.is_cpu() && weight.scalar_type() == at::kBFloat16;
}

kernels::SharedLinear pack_linear(const at::Tensor& weight, const at::Tensor& bias) {
  check(is_packable(weight) && weight.dim() == 2, "only bf16 matrices on a CPU are packed");
  const auto dense = weight.contiguous();
  return std::make_shared<const kernels::PackedLinear>(
      kernels::PackedLinear{kernels::PackedBf16(bf16_data(dense), dense.size(0), dense.size(1),
                                                dense.size(1), on_all_threads),
                            to_floats(bias)});
}

kernels::SharedLinear pack_linear(const Int8Weight& weight, const at::Tensor& bias) {
  const auto q_MN = weight.q_MN.contiguous();
  check(q_MN.is_cpu(), "8-bit weights are packed on a CPU");
  const auto* numbers = q_MN.const_data_ptr<int8_t>();
  const auto scales = to_floats(weight.scales_M1);
  kernels::PackedLinear packed = {.weight = {}, .bias = to_floats(bias)};
  if (weight.multipliers_MG.defined()) {
    const auto multipliers_MG = weight.multipliers_MG.contiguous();
    packed.weight = kernels::PackedInt4(numbers, multipliers_MG.const_data_ptr<int8_t>(),
                                        scales.data(), q_MN.size(0), q_MN.size(1), on_all_threads);
  } else {
    packed.weight =
        kernels::PackedInt8(numbers, scales.data(), q_MN.size(0), q_MN.size(1), on_all_threads);
  }
  return std::make_shared<const kernels::PackedLinear>(std::move(packed));
}

std::vector<float> to_floats(const at::Tensor& tensor) {
  if (!tensor.defined()) return {};
  const auto dense = tensor.to(at::kFloat).contiguous();
  const auto* first = dense.const_data_ptr<float>();
  return {first, first + dense.numel()};
}

const uint16_t* bf16_data(const at::Tensor& tensor) {
  return reinterpret_cast<const uint16_t*>(tensor.const_data_ptr<at::BFloat16>());
}

uint16_t* mutable_bf16_data(const at::Tensor& tensor) {
  return reinterpret_cast<uint16_t*>(tensor.mutable_data_ptr<at::BFloat16>());
}

void on_all_threads(int64_t count, const std::function<void(int64_t first, int64_t last)>& work) {
  at::parallel_for(0, count, /*grain_size=*/1, work);
}

}  // namespace unipic::ops
