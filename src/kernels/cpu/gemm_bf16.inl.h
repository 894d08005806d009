// The bodies of gemm_bf16, compiled once per instruction set by foreach_isa.inl.h.

#include "kernels/cpu/bf16_products.inl.h"
#include "kernels/cpu/tile_sums.inl.h"

namespace unipic::kernels::UNIPIC_ISA {
namespace {

struct Bf16Products {
  using Sums = Vec;
  [[gnu::always_inline]] static void add(Vec& sums, Bits x, Bits weight) {
    add_products(sums, x, weight);
  }
};

}  // namespace

void add_block(const RowsBf16& x, const PackedBf16& weight, const ProductBlock& block,
               int64_t first_input, int64_t num_inputs, float* sums) {
  const int64_t num_words = num_inputs / 2;
  const auto* panels =
      reinterpret_cast<const uint32_t*>(weight.panel(block.first_panel) + first_input * kPanelRows);
  const int64_t panel_words = weight.panel_size() / 2;
  const uint16_t* rows = x.data + block.first_row * x.stride + first_input;
  add_tiles<Bf16Products>({reinterpret_cast<const char*>(rows),
                           x.stride * int64_t{sizeof(uint16_t)}, panels, panel_words, num_words},
                          block.num_rows, block.num_panels, sums);
  if (num_inputs % 2 == 0) return;
  uint32_t last_words[kBlockRows];
  for (int64_t row = 0; row < block.num_rows; ++row) {
    last_words[row] = rows[row * x.stride + num_inputs - 1];
  }
  add_tiles<Bf16Products>({reinterpret_cast<const char*>(last_words), sizeof(uint32_t),
                           panels + num_words * kPanelRows, panel_words, 1},
                          block.num_rows, block.num_panels, sums);
}

}  // namespace unipic::kernels::UNIPIC_ISA
