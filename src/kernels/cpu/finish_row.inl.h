// The bodies of finish_row, compiled once per instruction set by foreach_isa.inl.h.

namespace unipic::kernels::UNIPIC_ISA {
namespace {

template <Activation kActivation>
[[gnu::always_inline]] inline Vec activate(Vec x) {
  switch (kActivation) {
    case Activation::kNone:
      return x;
    case Activation::kSilu:
      return x * sigmoid(x);
    case Activation::kGelu:
      return 0.5F * x * (1.0F + erf(x * 0.70710678F));
    case Activation::kGeluTanh:
      return 0.5F * x * (1.0F + tanh(0.79788456F * (x + 0.044715F * x * x * x)));
  }
}

template <Activation kActivation>
void finish_with(const float* sums, int64_t count, FinishPointers at, bool add) {
  for (int64_t done = 0; done < count; done += kLanes) {
    const int64_t now = std::min(count - done, kLanes);
    Vec x = load_some(sums + done, now);
    if (at.bias != nullptr) x += load_some(at.bias, now);
    x = activate<kActivation>(x);
    if (at.gate != nullptr) x *= load_some(at.gate, now);
    if (add) x += at.bf16 != nullptr ? load_some(at.bf16, now) : load_some(at.fp32, now);
    if (at.bf16 != nullptr) {
      store_some(at.bf16, x, now);
    } else {
      store_some(at.fp32, x, now);
    }
    at = at.after(kLanes);
  }
}

}  // namespace

// `count` sums to as many results.
void finish_sums(const float* sums, int64_t count, Activation activation, const FinishPointers& at,
                 bool add) {
  switch (activation) {
    case Activation::kNone:
      return finish_with<Activation::kNone>(sums, count, at, add);
    case Activation::kSilu:
      return finish_with<Activation::kSilu>(sums, count, at, add);
    case Activation::kGelu:
      return finish_with<Activation::kGelu>(sums, count, at, add);
    case Activation::kGeluTanh:
      return finish_with<Activation::kGeluTanh>(sums, count, at, add);
  }
}

}  // namespace unipic::kernels::UNIPIC_ISA
