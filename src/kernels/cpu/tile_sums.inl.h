// Sums of the products of rows and of panels of a weight, both read as words of 32 bits: two
// numbers in bf16 or four in 8 bits. Included by kernels' bodies.

namespace unipic::kernels::UNIPIC_ISA {
namespace {

constexpr int kVecsOfPanel = static_cast<int>(kPanelRows / kLanes);
// Sums that fit the registers beside what they are made from: rows × panels.
constexpr int kMaxPanels = UNIPIC_VEC_BYTES == 64 ? 4 : 1;
constexpr int kMaxRows = UNIPIC_VEC_BYTES == 64 ? 6 : UNIPIC_VEC_BYTES == 32 ? 4 : 2;

// Rows of words, `stride` bytes apart, and panels of 16 words a column, `panel_words` apart.
struct TileOperands {
  const char* rows;
  int64_t stride;
  const uint32_t* panels;
  int64_t panel_words;
  int64_t num_words;  // of a row

  TileOperands at(int64_t row, int64_t panel) const {
    return {rows + row * stride, stride, panels + panel * panel_words, panel_words, num_words};
  }
};

// Adds to a tile of sums, [kRows, 16 kPanels], rows kTileColumns apart. `Products::add` adds the
// products of words to `Products::Sums`.
template <typename Products, int kRows, int kPanels>
void add_tile(const TileOperands& operands, void* sums_out) {
  using Sums = typename Products::Sums;
  constexpr int kVecs = kPanels * kVecsOfPanel;
  const auto place = [&](int row, int vec) {
    return static_cast<char*>(sums_out) +
           (row * kTileColumns + vec * kLanes) * int64_t{sizeof(float)};
  };
  Sums sums[kRows][kVecs];
#pragma GCC unroll 8
  for (int row = 0; row < kRows; ++row) {
#pragma GCC unroll 4
    for (int vec = 0; vec < kVecs; ++vec) sums[row][vec] = load<Sums>(place(row, vec));
  }
  const uint32_t* panels = operands.panels;
  for (int64_t word = 0; word < operands.num_words; ++word, panels += kPanelRows) {
    Bits columns[kVecs];
#pragma GCC unroll 4
    for (int panel = 0; panel < kPanels; ++panel) {
#pragma GCC unroll 4
      for (int vec = 0; vec < kVecsOfPanel; ++vec) {
        columns[panel * kVecsOfPanel + vec] =
            load<Bits>(panels + panel * operands.panel_words + vec * kLanes);
      }
    }
#pragma GCC unroll 8
    for (int row = 0; row < kRows; ++row) {
      uint32_t x;
      __builtin_memcpy(&x, operands.rows + row * operands.stride + word * int64_t{sizeof(x)},
                       sizeof(x));
#pragma GCC unroll 4
      for (int vec = 0; vec < kVecs; ++vec) {
        Products::add(sums[row][vec], all_bits(x), columns[vec]);
      }
    }
  }
#pragma GCC unroll 8
  for (int row = 0; row < kRows; ++row) {
#pragma GCC unroll 4
    for (int vec = 0; vec < kVecs; ++vec) store(place(row, vec), sums[row][vec]);
  }
}

// Of `num_rows` ≤ kRows and `num_panels` ≤ kPanels.
template <typename Products, int kRows, int kPanels>
void add_tile_of(int64_t num_rows, int64_t num_panels, const TileOperands& operands, void* sums) {
  if constexpr (kRows > 1) {
    if (num_rows < kRows)
      return add_tile_of<Products, kRows - 1, kPanels>(num_rows, num_panels, operands, sums);
  }
  if constexpr (kPanels > 1) {
    if (num_panels < kPanels)
      return add_tile_of<Products, kRows, kPanels - 1>(num_rows, num_panels, operands, sums);
  }
  add_tile<Products, kRows, kPanels>(operands, sums);
}

// sums[num_rows, kTileColumns] += the products of all rows and at most kTilePanels panels.
template <typename Products, typename Sum>
void add_tiles(const TileOperands& operands, int64_t num_rows, int64_t num_panels, Sum* sums) {
  for (int64_t panel = 0; panel < num_panels; panel += kMaxPanels) {
    for (int64_t row = 0; row < num_rows; row += kMaxRows) {
      add_tile_of<Products, kMaxRows, kMaxPanels>(std::min<int64_t>(num_rows - row, kMaxRows),
                                                  std::min<int64_t>(num_panels - panel, kMaxPanels),
                                                  operands.at(row, panel),
                                                  sums + row * kTileColumns + panel * kPanelRows);
    }
  }
}

}  // namespace
}  // namespace unipic::kernels::UNIPIC_ISA
