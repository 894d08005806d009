#include "kernels/cpu/multiply_tiles.h"

#include "kernels/cpu/tiled_rows.h"

#if defined(__x86_64__)
#include "kernels/cpu/amx_tiles.inl.h"

UNIPIC_REGION(UNIPIC_AMX)

namespace unipic::kernels {

int64_t multiply_tiles(int64_t num_rounds) {
  const TileConfig configured;
  _tile_zero(0);
  _tile_zero(1);
  _tile_zero(2);
  _tile_zero(3);
  _tile_zero(4);
  _tile_zero(5);
  _tile_zero(6);
  _tile_zero(7);
  for (int64_t round = 0; round < num_rounds; ++round) {
    _tile_dpbf16ps(0, 4, 6);
    _tile_dpbf16ps(1, 4, 7);
    _tile_dpbf16ps(2, 5, 6);
    _tile_dpbf16ps(3, 5, 7);
  }
  constexpr int64_t kOperations = 2 * kTileRows * kTileInputs * kPanelRows;
  return num_rounds * 4 * kOperations;
}

}  // namespace unipic::kernels

UNIPIC_REGION_END
#else
namespace unipic::kernels {

int64_t multiply_tiles(int64_t) { return 0; }

}  // namespace unipic::kernels
#endif
