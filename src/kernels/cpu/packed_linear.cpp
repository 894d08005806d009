#include "kernels/cpu/packed_linear.h"

#include <type_traits>

#include "kernels/cpu/gemm_int8.h"

namespace unipic::kernels {

void multiply(const RowsBf16& x, const PackedLinear& linear, GemmFinish finish,
              const GemmOutput& out, const Parallel& parallel, Isa isa) {
  finish.bias = or_none(linear.bias);
  std::visit(
      [&](const auto& weight) {
        if constexpr (std::is_same_v<std::decay_t<decltype(weight)>, PackedBf16>) {
          gemm_bf16(x, weight, finish, out, parallel, isa);
        } else {
          gemm_int8(x, weight, finish, out, parallel, isa);
        }
      },
      linear.weight);
}

}  // namespace unipic::kernels
