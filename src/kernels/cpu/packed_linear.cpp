#include "kernels/cpu/packed_linear.h"

#include "kernels/cpu/gemm_int8.h"

namespace unipic::kernels {

void multiply(const RowsBf16& x, const PackedLinear& linear, GemmFinish finish,
              const GemmOutput& out, const Parallel& parallel, Isa isa) {
  finish.bias = or_none(linear.bias);
  if (const auto* weight = std::get_if<PackedInt8>(&linear.weight)) {
    gemm_int8(x, *weight, finish, out, parallel, isa);
  } else {
    gemm_bf16(x, std::get<PackedBf16>(linear.weight), finish, out, parallel, isa);
  }
}

}  // namespace unipic::kernels
