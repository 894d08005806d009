// The bodies of gemm_int8, compiled once per instruction set by foreach_isa.inl.h.

#include "kernels/cpu/tile_sums.inl.h"

namespace unipic::kernels::UNIPIC_ISA {
namespace {

using Ints [[gnu::vector_size(UNIPIC_VEC_BYTES)]] = int32_t;

// Words of four numbers: those of rows have a sign, those of weights have none.
struct Int8Products {
  using Sums = Ints;

  [[gnu::always_inline]] static void add(Ints& sums, Bits x, Bits weight) {
#if defined(UNIPIC_HAS_VNNI)
    sums = as<Ints>(_mm512_dpbusd_epi32(as<__m512i>(sums), as<__m512i>(weight), as<__m512i>(x)));
#elif UNIPIC_VEC_BYTES > 16
    sums += pair_sums(even_halves(as<Ints>(x)), as<Ints>(weight & all_bits(0x00FF00FF)));
    sums += pair_sums(odd_halves(as<Ints>(x)), as<Ints>((weight >> 8) & all_bits(0x00FF00FF)));
#else
    for (int shift = 0; shift < 32; shift += 8) {
      sums += (as<Ints>(x << (24 - shift)) >> 24) * as<Ints>((weight >> shift) & all_bits(0xFF));
    }
#endif
  }

#if !defined(UNIPIC_HAS_VNNI) && UNIPIC_VEC_BYTES > 16
 private:
  using Shorts [[gnu::vector_size(UNIPIC_VEC_BYTES)]] = int16_t;

  // Of four bytes the first and the third, or the second and the fourth, in 16 bits each.
  [[gnu::always_inline]] static Ints even_halves(Ints x) {
    return as<Ints>((as<Shorts>(x) << 8) >> 8);
  }
  [[gnu::always_inline]] static Ints odd_halves(Ints x) { return as<Ints>(as<Shorts>(x) >> 8); }

  // Of products of 16-bit numbers the sums of two neighbours.
  [[gnu::always_inline]] static Ints pair_sums(Ints a, Ints b) {
#if UNIPIC_VEC_BYTES == 64
    return as<Ints>(_mm512_madd_epi16(as<__m512i>(a), as<__m512i>(b)));
#else
    return as<Ints>(_mm256_madd_epi16(as<__m256i>(a), as<__m256i>(b)));
#endif
  }
#endif
};

}  // namespace

void add_int8_block(const QuantizedRows& x, const Int8Panels& panels, const ProductBlock& block,
                    int64_t first_input, int64_t num_inputs, int32_t* sums) {
  add_tiles<Int8Products>(
      {.rows = reinterpret_cast<const char*>(x.row(block.first_row)) + first_input,
       .stride = x.stride(),
       .panels = reinterpret_cast<const uint32_t*>(panels.first),
       .panel_words = panels.stride / int64_t{sizeof(uint32_t)},
       .num_words = num_inputs / int64_t{sizeof(uint32_t)}},
      block.num_rows, block.num_panels, sums);
}

// Groups of inputs of a panel in 4 bits to those of a panel in 8.
void widen_int4(const uint8_t* groups, int64_t num_groups, uint8_t* panel) {
  using Shorts [[gnu::vector_size(UNIPIC_VEC_BYTES)]] = uint16_t;
  using Bytes [[gnu::vector_size(kLanes)]] = uint8_t;
  constexpr int64_t kNumbersBytes = PackedInt4::kGroupBytes - kPanelRows;
  constexpr int64_t kPairBytes = 2 * kPanelRows * int64_t{sizeof(uint32_t)};  // two words a row
  constexpr int64_t kWordBytes = kPairBytes / 2;
  for (int64_t group = 0; group < num_groups; ++group, groups += PackedInt4::kGroupBytes) {
    for (int64_t row = 0; row < kPanelRows; row += kLanes) {
      const Bits multiplier =
          __builtin_convertvector(load<Bytes>(groups + kNumbersBytes + row), Bits);
      const auto factors = as<Shorts>(multiplier * 0x00010001);
      // What q + 8 times the multiplier lacks to q times the multiplier, plus 128.
      const Bits offset = (128 - 8 * multiplier) * 0x01010101;
      const uint8_t* numbers = groups + row * int64_t{sizeof(uint32_t)};
      for (int64_t pair = 0; pair < kInt4Group / 8; ++pair, numbers += kWordBytes) {
        const Bits word = load<Bits>(numbers);
        const auto products = [&](int shift) {
          return as<Bits>(as<Shorts>((word >> shift) & all_bits(0x000F000F)) * factors);
        };
        uint8_t* out = panel + pair * kPairBytes + row * int64_t{sizeof(uint32_t)};
        store(out, (products(0) | (products(4) << 8)) + offset);
        store(out + kWordBytes, (products(8) | (products(12) << 8)) + offset);
      }
    }
    panel += kInt4Group * kPanelRows;
  }
}

// Sums of integers to those of what the integers stand for, at the same place.
void scale_sums(const QuantizedRows& x, const std::vector<float>& weight_scales,
                const ProductBlock& block, int32_t* sums) {
  const int64_t first = block.first_panel * kPanelRows;
  const int64_t count =
      std::min(block.num_panels * kPanelRows, static_cast<int64_t>(weight_scales.size()) - first);
  const float* scales = weight_scales.data() + first;
  for (int64_t row = 0; row < block.num_rows; ++row) {
    int32_t* of_row = sums + row * kTileColumns;
    const float row_scale = x.scale(block.first_row + row);
    for (int64_t column = 0; column < count; column += kLanes) {
      const Vec scale = load_some(scales + column, std::min(kLanes, count - column)) * row_scale;
      store(of_row + column, __builtin_convertvector(load<Ints>(of_row + column), Vec) * scale);
    }
  }
}

}  // namespace unipic::kernels::UNIPIC_ISA
