// The bodies of QuantizedRows, compiled once per instruction set by foreach_isa.inl.h.

namespace unipic::kernels::UNIPIC_ISA {
namespace {

using Bytes [[gnu::vector_size(UNIPIC_VEC_BYTES / 4)]] = uint8_t;  // of as many floats

// The bits of the largest magnitude; those of NaN are larger than all others.
inline uint32_t largest_magnitude(const uint16_t* row, int64_t count) {
  constexpr uint32_t kNoSign = 0x7FFFFFFF;
  Bits largest = {};
  int64_t i = 0;
  for (; i < count; i += kLanes) {
    const Bits bits = as<Bits>(load_some(row + i, std::min(kLanes, count - i))) & all_bits(kNoSign);
    const Bits is_larger = as<Bits>(bits > largest);
    largest = (bits & is_larger) | (largest & ~is_larger);
  }
  uint32_t result = 0;
  for (int64_t lane = 0; lane < kLanes; ++lane) result = std::max<uint32_t>(result, largest[lane]);
  return result;
}

}  // namespace

// Writes `count` numbers.
QuantizedRow quantize_row(const uint16_t* row, int64_t count, int8_t* out) {
  constexpr float kLeast = 1e-30F;  // of rows that are not taken as zeros
  const float largest = __builtin_bit_cast(float, largest_magnitude(row, count));
  if (!(largest >= kLeast && largest <= std::numeric_limits<float>::max())) {
    std::fill_n(out, count, int8_t{0});
    return {largest < kLeast ? 0.0F : std::numeric_limits<float>::quiet_NaN(), 0};
  }
  // Adding 1.5·2²³ leaves the nearest integer in the lowest bits.
  constexpr float kRound = 12582912.0F;
  const float factor = 127.0F / largest;
  Bits sums = {};
  for (int64_t i = 0; i < count; i += kLanes) {
    const int64_t some = std::min(kLanes, count - i);
    const Vec shifted = load_some(row + i, some) * factor + kRound;
    const Bits numbers = as<Bits>(shifted) - as<Bits>(all(kRound));
    sums += numbers;
    const Bytes bytes = __builtin_convertvector(numbers & all_bits(0xFF), Bytes);
    __builtin_memcpy(out + i, &bytes, static_cast<size_t>(some));
  }
  uint32_t sum = 0;
  for (int64_t lane = 0; lane < kLanes; ++lane) sum += sums[lane];
  return {largest / 127.0F, static_cast<int32_t>(sum)};
}

}  // namespace unipic::kernels::UNIPIC_ISA
