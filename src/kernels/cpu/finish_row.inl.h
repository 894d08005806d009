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

// Up to one vector of a row: reads and writes `count` numbers.
template <Activation kActivation>
void finish_vec(const float* sums, int64_t count, const float* bias, bool add, uint16_t* bf16,
                float* fp32) {
  float numbers[kLanes] = {};
  const auto size = static_cast<size_t>(count);
  __builtin_memcpy(numbers, sums, size * sizeof(float));
  Vec x = load<Vec>(numbers);
  if (bias != nullptr) {
    float biases[kLanes] = {};
    __builtin_memcpy(biases, bias, size * sizeof(float));
    x += load<Vec>(biases);
  }
  x = activate<kActivation>(x);
  if (bf16 != nullptr) {
    uint16_t halves[kLanes] = {};
    if (add) {
      __builtin_memcpy(halves, bf16, size * sizeof(uint16_t));
      x += load_bf16(halves);
    }
    store_bf16(halves, x);
    __builtin_memcpy(bf16, halves, size * sizeof(uint16_t));
  } else {
    if (add) {
      __builtin_memcpy(numbers, fp32, size * sizeof(float));
      x += load<Vec>(numbers);
    }
    store(numbers, x);
    __builtin_memcpy(fp32, numbers, size * sizeof(float));
  }
}

template <Activation kActivation>
void finish_row_with(const float* sums, int64_t count, const float* bias, bool add, uint16_t* bf16,
                     float* fp32) {
  for (int64_t at = 0; at < count; at += kLanes) {
    finish_vec<kActivation>(
        sums + at, std::min(count - at, kLanes), bias == nullptr ? nullptr : bias + at, add,
        bf16 == nullptr ? nullptr : bf16 + at, fp32 == nullptr ? nullptr : fp32 + at);
  }
}

}  // namespace

// `count` sums to as many results; all pointers are at the first of them.
void finish_sums(const float* sums, int64_t count, Activation activation, const float* bias,
                 bool add, uint16_t* bf16, float* fp32) {
  switch (activation) {
    case Activation::kNone:
      return finish_row_with<Activation::kNone>(sums, count, bias, add, bf16, fp32);
    case Activation::kSilu:
      return finish_row_with<Activation::kSilu>(sums, count, bias, add, bf16, fp32);
    case Activation::kGelu:
      return finish_row_with<Activation::kGelu>(sums, count, bias, add, bf16, fp32);
    case Activation::kGeluTanh:
      return finish_row_with<Activation::kGeluTanh>(sums, count, bias, add, bf16, fp32);
  }
}

}  // namespace unipic::kernels::UNIPIC_ISA
