#include "kernels/cpu/finish_row.h"

#include <algorithm>

namespace unipic::kernels {
namespace {

// Where what belongs to a part of a row begins; what is not there is null.
struct FinishPointers {
  const float* bias = nullptr;
  const float* gate = nullptr;
  uint16_t* bf16 = nullptr;
  float* fp32 = nullptr;

  FinishPointers after(int64_t count) const {
    const auto move = [count](auto* pointer) {
      return pointer == nullptr ? pointer : pointer + count;
    };
    return {move(bias), move(gate), move(bf16), move(fp32)};
  }
};

}  // namespace
}  // namespace unipic::kernels

#define UNIPIC_KERNEL "kernels/cpu/finish_row.inl.h"
#include "kernels/cpu/foreach_isa.inl.h"

namespace unipic::kernels {
namespace {

constexpr ForEachIsa<decltype(portable::finish_sums)> kFinishSums =
    UNIPIC_FOR_EACH_ISA(finish_sums);

}  // namespace

void finish_row(const float* sums, const RowPart& part, const GemmFinish& finish,
                const GemmOutput& out, Isa isa) {
  const int64_t at = part.row * out.stride + part.first_column;
  FinishPointers pointers;
  if (finish.bias != nullptr) pointers.bias = finish.bias + part.first_column;
  if (finish.gate != nullptr) {
    pointers.gate = finish.gate + part.row * finish.gate_stride + part.first_column;
  }
  if (out.bf16 != nullptr) {
    pointers.bf16 = out.bf16 + at;
  } else {
    pointers.fp32 = out.fp32 + at;
  }
  kFinishSums[isa](sums, part.count, finish.activation, pointers, finish.add_to_output);
}

}  // namespace unipic::kernels
