// Sums of products of bf16 pairs; included by kernels' bodies.

namespace unipic::kernels::UNIPIC_ISA {
namespace {

// sum += the products of two pairs, in every lane.
[[gnu::always_inline]] inline void add_products(Vec& sum, Bits a, Bits b) {
#if defined(UNIPIC_HAS_BF16_DOT)
  sum = as<Vec>(_mm512_dpbf16_ps(as<__m512>(sum), as<__m512bh>(a), as<__m512bh>(b)));
#else
  sum += first_of(a) * first_of(b);
  sum += second_of(a) * second_of(b);
#endif
}

}  // namespace
}  // namespace unipic::kernels::UNIPIC_ISA
