// Vectors of the current UNIPIC_ISA and arithmetic on them; included by foreach_isa.inl.h.

namespace unipic::kernels::UNIPIC_ISA {
namespace {

using Vec [[gnu::vector_size(UNIPIC_VEC_BYTES)]] = float;
using Bits [[gnu::vector_size(UNIPIC_VEC_BYTES)]] = uint32_t;  // of as many floats
using Halves [[gnu::vector_size(UNIPIC_VEC_BYTES / 2)]] = uint16_t;
constexpr int64_t kLanes = UNIPIC_VEC_BYTES / sizeof(float);

template <typename To, typename From>
[[gnu::always_inline]] inline To as(From from) {
  static_assert(sizeof(To) == sizeof(From));
  To to;
  __builtin_memcpy(&to, &from, sizeof(to));
  return to;
}
template <typename V>
[[gnu::always_inline]] inline V load(const void* from) {
  V v;
  __builtin_memcpy(&v, from, sizeof(v));
  return v;
}
template <typename V>
[[gnu::always_inline]] inline void store(void* to, V v) {
  __builtin_memcpy(to, &v, sizeof(v));
}
[[gnu::always_inline]] inline Vec all(float value) { return value - Vec{}; }
[[gnu::always_inline]] inline Bits all_bits(uint32_t value) { return value - Bits{}; }

// Of pairs of bf16 numbers, the first of each.
[[gnu::always_inline]] inline Vec first_of(Bits pairs) { return as<Vec>(pairs << 16); }
[[gnu::always_inline]] inline Vec second_of(Bits pairs) {
  return as<Vec>(pairs & all_bits(0xFFFF0000));
}

[[gnu::always_inline]] inline Vec load_bf16(const uint16_t* from) {
  return as<Vec>(__builtin_convertvector(load<Halves>(from), Bits) << 16);
}
// Rounds to nearest, ties to even. NaN becomes one that is quiet.
[[gnu::always_inline]] inline void store_bf16(uint16_t* to, Vec v) {
#if defined(UNIPIC_HAS_BF16_DOT)
  store(to, as<Halves>(_mm512_cvtneps_pbh(as<__m512>(v))));
#else
  const Bits bits = as<Bits>(v);
  const Bits rounded = (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16;
  const Bits quiet = (bits >> 16) | 0x40;
  const Bits is_number = as<Bits>(v == v);
  store(to, __builtin_convertvector((rounded & is_number) | (quiet & ~is_number), Halves));
#endif
}

// The first `count` numbers, zeros after them.
[[maybe_unused]] [[gnu::always_inline]] inline Vec load_some(const float* from, int64_t count) {
  if (count == kLanes) return load<Vec>(from);
  float numbers[kLanes] = {};
  __builtin_memcpy(numbers, from, static_cast<size_t>(count) * sizeof(float));
  return load<Vec>(numbers);
}
[[maybe_unused]] [[gnu::always_inline]] inline Vec load_some(const uint16_t* from, int64_t count) {
  if (count == kLanes) return load_bf16(from);
  uint16_t halves[kLanes] = {};
  __builtin_memcpy(halves, from, static_cast<size_t>(count) * sizeof(uint16_t));
  return load_bf16(halves);
}
[[maybe_unused]] [[gnu::always_inline]] inline void store_some(float* to, Vec v, int64_t count) {
  if (count == kLanes) return store(to, v);
  float numbers[kLanes];
  store(numbers, v);
  __builtin_memcpy(to, numbers, static_cast<size_t>(count) * sizeof(float));
}
[[maybe_unused]] [[gnu::always_inline]] inline void store_some(uint16_t* to, Vec v, int64_t count) {
  if (count == kLanes) return store_bf16(to, v);
  uint16_t halves[kLanes];
  store_bf16(halves, v);
  __builtin_memcpy(to, halves, static_cast<size_t>(count) * sizeof(uint16_t));
}

[[gnu::always_inline]] inline Vec choose(Bits where, Vec a, Vec b) {
  return as<Vec>((as<Bits>(a) & where) | (as<Bits>(b) & ~where));
}
// One instruction each, which the general form is not: compilers keep to the letter what it says of
// NaN and zeros.
[[gnu::always_inline]] inline Vec smaller(Vec a, Vec b) {
#if UNIPIC_VEC_BYTES == 64
  return as<Vec>(_mm512_maskz_min_ps(0xFFFF, as<__m512>(a), as<__m512>(b)));
#else
  return choose(as<Bits>(a < b), a, b);
#endif
}
[[gnu::always_inline]] inline Vec larger(Vec a, Vec b) {
#if UNIPIC_VEC_BYTES == 64
  return as<Vec>(_mm512_maskz_max_ps(0xFFFF, as<__m512>(a), as<__m512>(b)));
#else
  return choose(as<Bits>(a > b), a, b);
#endif
}

[[maybe_unused]] [[gnu::always_inline]] inline float first_lane(Vec v) { return v[0]; }
// What `step` makes of all lanes, halves first.
template <typename Step>
[[gnu::always_inline]] inline float fold_lanes(Vec v, Step step) {
  using Quarter [[gnu::vector_size(16)]] = float;
  constexpr int64_t kQuarters = kLanes / 4;
  Quarter quarters[kQuarters];
  store(quarters, v);
  for (int64_t width = kQuarters / 2; width > 0; width /= 2) {
    for (int64_t i = 0; i < width; ++i) quarters[i] = step(quarters[i], quarters[i + width]);
  }
  const Quarter four = quarters[0];
  const Quarter two = step(four, Quarter{four[2], four[3], four[2], four[3]});
  return step(two, Quarter{two[1], two[1], two[1], two[1]})[0];
}
[[maybe_unused]] [[gnu::always_inline]] inline float largest_lane(Vec v) {
  return fold_lanes(v, [](auto a, auto b) { return a > b ? a : b; });
}
[[maybe_unused]] [[gnu::always_inline]] inline float sum_of_lanes(Vec v) {
  return fold_lanes(v, [](auto a, auto b) { return a + b; });
}

// exp(x) to 2 units in the last place; 0 below -87, and no more than exp(88). NaN stays.
[[maybe_unused]] [[gnu::always_inline]] inline Vec exp(Vec x) {
  const Vec bounded = smaller(larger(x, all(-87.0F)), all(88.0F));
  // x = n·ln 2 + r with |r| ≤ ln 2 / 2; adding 1.5·2²³ leaves n in the lowest bits.
  constexpr float kRound = 12582912.0F;
  const Vec shifted = bounded * 1.44269504F + kRound;
  const Vec n = shifted - kRound;
  const Vec r = (bounded - n * 0.693359375F) + n * 2.12194440e-4F;
  Vec sum = all(1.0F / 720);
  sum = sum * r + 1.0F / 120;
  sum = sum * r + 1.0F / 24;
  sum = sum * r + 1.0F / 6;
  sum = sum * r + 0.5F;
  sum = sum * r + 1.0F;
  sum = sum * r + 1.0F;
  const Vec power = as<Vec>(((as<Bits>(shifted) - 0x4B400000U) + 127U) << 23);
  const Vec result = choose(as<Bits>(x < all(-87.0F)), Vec{}, sum * power);
  return choose(as<Bits>(x == x), result, x);
}

[[maybe_unused]] [[gnu::always_inline]] inline Vec sigmoid(Vec x) {
  return 1.0F / (1.0F + exp(-x));
}
[[maybe_unused]] [[gnu::always_inline]] inline Vec tanh(Vec x) {
  return 1.0F - 2.0F / (exp(2.0F * x) + 1.0F);
}
// To 2e-7 (Abramowitz and Stegun, 7.1.26).
[[maybe_unused]] [[gnu::always_inline]] inline Vec erf(Vec x) {
  const Vec magnitude = as<Vec>(as<Bits>(x) & all_bits(0x7FFFFFFF));
  const Vec t = 1.0F / (1.0F + 0.3275911F * magnitude);
  Vec sum = all(1.061405429F);
  sum = sum * t - 1.453152027F;
  sum = sum * t + 1.421413741F;
  sum = sum * t - 0.284496736F;
  sum = sum * t + 0.254829592F;
  const Vec result = 1.0F - sum * t * exp(-magnitude * magnitude);
  return as<Vec>(as<Bits>(result) | (as<Bits>(x) & all_bits(0x80000000)));
}

}  // namespace
}  // namespace unipic::kernels::UNIPIC_ISA
