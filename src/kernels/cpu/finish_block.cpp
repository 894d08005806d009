#include "kernels/cpu/finish_block.h"

#include <algorithm>

#define UNIPIC_KERNEL "kernels/cpu/finish_block.inl.h"
#include "kernels/cpu/foreach_isa.inl.h"

namespace unipic::kernels {
namespace {

constexpr ForEachIsa<decltype(portable::finish_rows)> kFinishRows =
    UNIPIC_FOR_EACH_ISA(finish_rows);

}  // namespace

void finish_block(const float* sums, int64_t sums_stride, const ResultBlock& block,
                  const GemmFinish& finish, const GemmOutput& out, Isa isa) {
  kFinishRows[isa](sums, sums_stride, block, finish, out);
}

}  // namespace unipic::kernels
