// The bodies of group_norm, compiled once per instruction set by foreach_isa.inl.h.

namespace unipic::kernels::UNIPIC_ISA {

// Sums of channels over some pixels, and of their squares: [C] each.
void sum_channels(const uint16_t* x, int64_t num_pixels, int64_t channels, float* sums,
                  float* squares) {
  for (int64_t channel = 0; channel < channels; channel += kLanes) {
    const int64_t count = std::min(kLanes, channels - channel);
    Vec sum{}, square{};
    for (int64_t pixel = 0; pixel < num_pixels; ++pixel) {
      const Vec numbers = load_some(x + pixel * channels + channel, count);
      sum += numbers;
      square += numbers * numbers;
    }
    store_some(sums + channel, sum, count);
    store_some(squares + channel, square, count);
  }
}

// out = scale · x + shift, [C] each, or SiLU of that.
template <bool kSilu>
void scale_pixels(const uint16_t* x, int64_t num_pixels, int64_t channels, const float* scale,
                  const float* shift, uint16_t* out) {
  for (int64_t channel = 0; channel < channels; channel += kLanes) {
    const int64_t count = std::min(kLanes, channels - channel);
    const Vec a = load_some(scale + channel, count), b = load_some(shift + channel, count);
    for (int64_t pixel = 0; pixel < num_pixels; ++pixel) {
      const int64_t at = pixel * channels + channel;
      Vec y = load_some(x + at, count) * a + b;
      if constexpr (kSilu) y *= sigmoid(y);
      store_some(out + at, y, count);
    }
  }
}

void normalize_pixels(const uint16_t* x, int64_t num_pixels, int64_t channels, const float* scale,
                      const float* shift, bool silu, uint16_t* out) {
  if (silu) {
    scale_pixels<true>(x, num_pixels, channels, scale, shift, out);
  } else {
    scale_pixels<false>(x, num_pixels, channels, scale, shift, out);
  }
}

}  // namespace unipic::kernels::UNIPIC_ISA
