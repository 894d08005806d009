// The bodies of TiledRows, compiled once per instruction set by foreach_isa.inl.h.

namespace unipic::kernels::UNIPIC_ISA {

// At most 16 rows of `num_inputs` numbers as tiles that begin `stride` numbers apart.
void copy_tiles(const RowsBf16& rows, int64_t num_inputs, uint16_t* tiles, int64_t stride) {
  constexpr int64_t kRowBytes = kTileInputs * sizeof(uint16_t);
  for (int64_t input = 0; input < num_inputs; input += kTileInputs, tiles += stride) {
    const int64_t count = std::min(kTileInputs, num_inputs - input);
    for (int64_t row = 0; row < kTileRows; ++row) {
      const uint16_t* from = rows.data + row * rows.stride + input;
      uint16_t* to = tiles + row * kTileInputs;
      if (row < rows.num_rows && count == kTileInputs) {
        for (int64_t byte = 0; byte < kRowBytes; byte += UNIPIC_VEC_BYTES) {
          const int64_t number = byte / int64_t{sizeof(uint16_t)};
          store(to + number, load<Bits>(from + number));
        }
      } else {
        const int64_t there = row < rows.num_rows ? count : 0;
        std::fill(std::copy_n(from, there, to), to + kTileInputs, uint16_t{0});
      }
    }
  }
}

}  // namespace unipic::kernels::UNIPIC_ISA
