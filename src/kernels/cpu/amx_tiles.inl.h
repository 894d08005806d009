// AMX's tiles and products of them; included, in a file of its own, by kernels that use AMX.

#include "kernels/cpu/isa_region.h"

UNIPIC_REGION(UNIPIC_AMX)

namespace unipic::kernels {
namespace {

constexpr int64_t kPairColumns = 2 * kPanelRows;
constexpr int kTileStride = kTileInputs * sizeof(uint16_t);
constexpr int kSumsStride = kPairColumns * sizeof(float);

// As Intel's manual lays out a tile configuration.
struct alignas(64) TilePalette {
  uint8_t palette = 0, start_row = 0;
  uint8_t reserved[14] = {};
  uint16_t row_bytes[16] = {};
  uint8_t num_rows[16] = {};
};

constexpr TilePalette whole_tiles() {
  TilePalette palette;
  palette.palette = 1;
  for (int tile = 0; tile < 8; ++tile) {
    palette.row_bytes[tile] = kTileStride;
    palette.num_rows[tile] = kTileRows;
  }
  return palette;
}

// In memory as a whole: GCC's `_tile_loadconfig` says that it reads the first eight bytes.
constinit const TilePalette kWholeTiles = whole_tiles();

// All tiles have 16 rows of 64 bytes while this lives; then they are again what they were, since
// LibTorch's kernels use them too.
class TileConfig {
 public:
  TileConfig() {
    _tile_storeconfig(&before_);
    _tile_loadconfig(&kWholeTiles);
  }
  ~TileConfig() { _tile_loadconfig(&before_); }
  TileConfig(const TileConfig&) = delete;
  TileConfig& operator=(const TileConfig&) = delete;

 private:
  TilePalette before_;
};

// Two panels of what rows are multiplied by, or one, from some step of 32 inputs on.
struct PanelPair {
  const uint16_t* first = nullptr;
  const uint16_t* second = nullptr;  // or none

  PanelPair after(int64_t num_steps) const {
    const int64_t size = num_steps * kTileSize;
    return {first + size, second == nullptr ? nullptr : second + size};
  }
};

// The pair `index` of `num_panels` that lie one after the other.
inline PanelPair panel_pair(const uint16_t* panels, int64_t num_panels, int64_t panel_size,
                            int64_t index) {
  const auto* first = panels + 2 * index * panel_size;
  return {first, 2 * index + 1 < num_panels ? first + panel_size : nullptr};
}

struct GroupTiles {
  const uint16_t* tiles = nullptr;
  int64_t num_tiles = 0;  // a step: 1 or 2
};

// Whether rows stay in the first cache, or pass by while the panels stay.
enum class RowsFrom { kFirstCache, kBeyond };

// Sums of two tiles of rows (or one) and two panels of W (or one). `beside` is called at every
// step.
template <RowsFrom from, int kNumTiles, int kNumPanels, typename Beside>
void add_steps_of(const uint16_t* tiles, const PanelPair& panels, int64_t num_steps, bool is_begun,
                  float* sums, Beside& beside) {
  constexpr int64_t kNextRows = kTileRows * kPairColumns;
  if (is_begun) {
    _tile_stream_loadd(0, sums, kSumsStride);
    if constexpr (kNumPanels == 2) _tile_stream_loadd(1, sums + kPanelRows, kSumsStride);
    if constexpr (kNumTiles == 2) _tile_stream_loadd(2, sums + kNextRows, kSumsStride);
    if constexpr (kNumTiles == 2 && kNumPanels == 2) {
      _tile_stream_loadd(3, sums + kNextRows + kPanelRows, kSumsStride);
    }
  } else {
    _tile_zero(0);
    _tile_zero(1);
    _tile_zero(2);
    _tile_zero(3);
  }
  const uint16_t* first = panels.first;
  const uint16_t* second = panels.second;
  for (int64_t step = 0; step < num_steps; ++step) {
    beside();
    if constexpr (from == RowsFrom::kFirstCache) {
      _tile_loadd(4, tiles, kTileStride);
    } else {
      _tile_stream_loadd(4, tiles, kTileStride);
    }
    _tile_loadd(6, first, kTileStride);
    _tile_dpbf16ps(0, 4, 6);
    if constexpr (kNumTiles == 2) {
      if constexpr (from == RowsFrom::kFirstCache) {
        _tile_loadd(5, tiles + kTileSize, kTileStride);
      } else {
        _tile_stream_loadd(5, tiles + kTileSize, kTileStride);
      }
      _tile_dpbf16ps(2, 5, 6);
    }
    if constexpr (kNumPanels == 2) {
      _tile_loadd(7, second, kTileStride);
      second += kTileSize;
      if constexpr (kNumTiles == 2) _tile_dpbf16ps(3, 5, 7);
      _tile_dpbf16ps(1, 4, 7);
    }
    tiles += kNumTiles * kTileSize;
    first += kTileSize;
  }
  _tile_stored(0, sums, kSumsStride);
  if constexpr (kNumPanels == 2) _tile_stored(1, sums + kPanelRows, kSumsStride);
  if constexpr (kNumTiles == 2) _tile_stored(2, sums + kNextRows, kSumsStride);
  if constexpr (kNumTiles == 2 && kNumPanels == 2) {
    _tile_stored(3, sums + kNextRows + kPanelRows, kSumsStride);
  }
}

// Adds to `sums`, or makes them if they are not begun.
template <RowsFrom from, typename Beside>
void add_steps(const GroupTiles& group, const PanelPair& panels, int64_t num_steps, bool is_begun,
               float* sums, Beside& beside) {
  const auto with = [&](auto* add) { add(group.tiles, panels, num_steps, is_begun, sums, beside); };
  if (group.num_tiles == 2) {
    with(panels.second != nullptr ? add_steps_of<from, 2, 2, Beside>
                                  : add_steps_of<from, 2, 1, Beside>);
  } else {
    with(panels.second != nullptr ? add_steps_of<from, 1, 2, Beside>
                                  : add_steps_of<from, 1, 1, Beside>);
  }
}

}  // namespace
}  // namespace unipic::kernels

UNIPIC_REGION_END
