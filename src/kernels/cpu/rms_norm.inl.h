// The bodies of rms_norm, compiled once per instruction set by foreach_isa.inl.h.

namespace unipic::kernels::UNIPIC_ISA {

void scale_rows(const uint16_t* x, int64_t num_rows, int64_t width, const float* weight, float eps,
                uint16_t* out) {
  for (int64_t row = 0; row < num_rows; ++row, x += width, out += width) {
    Vec squares{};
    for (int64_t at = 0; at < width; at += kLanes) {
      const Vec numbers = load_some(x + at, std::min(width - at, kLanes));
      squares += numbers * numbers;
    }
    const float mean = sum_of_lanes(squares) / static_cast<float>(width);
    const float scale = 1.0F / std::sqrt(mean + eps);
    for (int64_t at = 0; at < width; at += kLanes) {
      const int64_t count = std::min(width - at, kLanes);
      store_some(out + at, load_some(x + at, count) * scale * load_some(weight + at, count), count);
    }
  }
}

}  // namespace unipic::kernels::UNIPIC_ISA
