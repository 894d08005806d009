// The bodies of layer_norm, compiled once per instruction set by foreach_isa.inl.h.

namespace unipic::kernels::UNIPIC_ISA {
namespace {

[[gnu::always_inline]] inline float total(Vec v) {
  float sum = 0;
  for (int64_t lane = 0; lane < kLanes; ++lane) sum += v[lane];
  return sum;
}

template <typename Number>
float mean_of(const Number* x, int64_t width) {
  Vec sum{};
  for (int64_t at = 0; at < width; at += kLanes) {
    sum += load_some(x + at, std::min(width - at, kLanes));
  }
  return total(sum) / static_cast<float>(width);
}

template <typename Number>
float variance_of(const Number* x, int64_t width, float mean) {
  Vec sum{};
  int64_t at = 0;
  for (; at + kLanes <= width; at += kLanes) {
    const Vec centred = load_some(x + at, kLanes) - mean;
    sum += centred * centred;
  }
  float rest = 0;
  if (at < width) {
    const Vec centred = load_some(x + at, width - at) - mean;
    for (int64_t lane = 0; lane < width - at; ++lane) rest += centred[lane] * centred[lane];
  }
  return (total(sum) + rest) / static_cast<float>(width);
}

}  // namespace

template <typename Number>
void normalize_row(const Number* x, int64_t width, int64_t row, const LayerNormFinish& finish,
                   uint16_t* out) {
  const float mean = mean_of(x, width);
  const float inverse = 1.0F / std::sqrt(variance_of(x, width, mean) + finish.eps);
  const int64_t first = row * finish.modulation_stride;
  for (int64_t at = 0; at < width; at += kLanes) {
    const int64_t count = std::min(width - at, kLanes);
    Vec y = (load_some(x + at, count) - mean) * inverse;
    if (finish.weight != nullptr) y *= load_some(finish.weight + at, count);
    if (finish.bias != nullptr) y += load_some(finish.bias + at, count);
    if (finish.scale != nullptr) {
      y = y * (1.0F + load_some(finish.scale + first + at, count)) +
          load_some(finish.shift + first + at, count);
    }
    store_some(out + at, y, count);
  }
}

}  // namespace unipic::kernels::UNIPIC_ISA
