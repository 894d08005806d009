// The bodies of gated_sum, compiled once per instruction set by foreach_isa.inl.h.

namespace unipic::kernels::UNIPIC_ISA {

void add_gated_rows(const uint16_t* x, const float* gate, const uint16_t* y, int64_t num_rows,
                    int64_t width, uint16_t* out) {
  for (int64_t row = 0; row < num_rows; ++row, x += width, y += width, out += width) {
    for (int64_t at = 0; at < width; at += kLanes) {
      const int64_t count = std::min(width - at, kLanes);
      const Vec change = load_some(gate + at, count) * load_some(y + at, count);
      store_some(out + at, load_some(x + at, count) + change, count);
    }
  }
}

}  // namespace unipic::kernels::UNIPIC_ISA
