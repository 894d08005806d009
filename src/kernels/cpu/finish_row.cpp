#include "kernels/cpu/finish_row.h"

#include <algorithm>

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
  kFinishSums[isa](sums, part.count, finish.activation,
                   finish.bias == nullptr ? nullptr : finish.bias + part.first_column,
                   finish.add_to_output, out.bf16 == nullptr ? nullptr : out.bf16 + at,
                   out.bf16 != nullptr ? nullptr : out.fp32 + at);
}

}  // namespace unipic::kernels
