#include "kernels/cpu/tiled_rows.h"

#include <algorithm>

#define UNIPIC_KERNEL "kernels/cpu/tiled_rows.inl.h"
#include "kernels/cpu/foreach_isa.inl.h"

namespace unipic::kernels {
namespace {

constexpr ForEachIsa<decltype(portable::copy_tiles)> kCopyTiles = UNIPIC_FOR_EACH_ISA(copy_tiles);

}  // namespace

int64_t TiledRows::num_steps_from(int64_t first_step) const {
  return std::min(kPartSteps, num_steps() - first_step);
}

int64_t TiledRows::offset(int64_t group, int64_t first_step) const {
  return (first_step * num_tiles() + 2 * group * num_steps_from(first_step)) * kTileSize;
}

void TiledRows::pack(const RowsBf16& rows, int64_t num_inputs) {
  num_rows_ = rows.num_rows;
  num_inputs_ = num_inputs;
  tiles_.resize(num_tiles() * num_steps() * kTileSize);
  for (int64_t first_step = 0; first_step < num_steps(); first_step += kPartSteps) {
    const int64_t input = first_step * kTileInputs;
    for (int64_t tile = 0; tile < num_tiles(); ++tile) {
      const int64_t group = tile / 2, first_row = tile * kTileRows;
      kCopyTiles[Isa::kAmx]({rows.data + first_row * rows.stride + input,
                             std::min(kTileRows, num_rows_ - first_row), rows.stride},
                            std::min(kPartInputs, num_inputs - input),
                            tiles_.data() + offset(group, first_step) + tile % 2 * kTileSize,
                            num_tiles_of_group(group) * kTileSize);
    }
  }
}

}  // namespace unipic::kernels
