// The bodies of silu_sum, compiled once per instruction set by foreach_isa.inl.h.

namespace unipic::kernels::UNIPIC_ISA {

void silu_of_sum(const float* a, const float* b, int64_t count, uint16_t* out) {
  for (int64_t at = 0; at < count; at += kLanes) {
    const int64_t now = std::min(count - at, kLanes);
    const Vec x = load_some(a + at, now) + load_some(b + at, now);
    store_some(out + at, x * sigmoid(x), now);
  }
}

}  // namespace unipic::kernels::UNIPIC_ISA
