// The bodies of finish_block, compiled once per instruction set by foreach_isa.inl.h.

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
    case Activation::kQuickGelu:
      return x * sigmoid(1.702F * x);
  }
}

// As many columns of `block` as a vector has, or the last ones, from `column` on.
template <Activation kActivation, bool kIsPlain, typename Number>
[[gnu::always_inline]] inline void finish_columns(const float* sums, int64_t sums_stride,
                                                  const ResultBlock& block, int64_t column,
                                                  int64_t count, const GemmFinish& finish,
                                                  Number* out, int64_t out_stride) {
  const Vec bias = finish.bias == nullptr ? Vec{} : load_some(finish.bias + column, count);
  for (int64_t row = 0; row < block.num_rows; ++row) {
    Number* to = out + (block.first_row + row) * out_stride + column;
    Vec x = activate<kActivation>(load_some(sums + row * sums_stride, count) + bias);
    if constexpr (!kIsPlain) {
      if (finish.gate != nullptr) {
        const int64_t gate_row = (block.first_row + row) * finish.gate_stride;
        x *= load_some(finish.gate + gate_row + column, count);
      }
      if (finish.combine == Combine::kAdd) x += load_some(to, count);
      if (finish.combine == Combine::kMultiply) x *= load_some(to, count);
    }
    store_some(to, x, count);
  }
}

template <Activation kActivation, bool kIsPlain, typename Number>
void finish_with(const float* sums, int64_t sums_stride, const ResultBlock& block,
                 const GemmFinish& finish, Number* out, int64_t out_stride) {
  int64_t done = 0;
  for (; done + kLanes <= block.num_columns; done += kLanes) {
    finish_columns<kActivation, kIsPlain>(sums + done, sums_stride, block,
                                          block.first_column + done, kLanes, finish, out,
                                          out_stride);
  }
  if (done < block.num_columns) {
    finish_columns<kActivation, kIsPlain>(sums + done, sums_stride, block,
                                          block.first_column + done, block.num_columns - done,
                                          finish, out, out_stride);
  }
}

template <Activation kActivation>
void finish_activated(const float* sums, int64_t sums_stride, const ResultBlock& block,
                      const GemmFinish& finish, const GemmOutput& out) {
  const bool is_plain = finish.gate == nullptr && finish.combine == Combine::kReplace;
  const auto into = [&](auto* numbers) {
    if (is_plain) {
      finish_with<kActivation, true>(sums, sums_stride, block, finish, numbers, out.stride);
    } else {
      finish_with<kActivation, false>(sums, sums_stride, block, finish, numbers, out.stride);
    }
  };
  if (out.bf16 != nullptr) {
    into(out.bf16);
  } else {
    into(out.fp32);
  }
}

}  // namespace

void finish_rows(const float* sums, int64_t sums_stride, const ResultBlock& block,
                 const GemmFinish& finish, const GemmOutput& out) {
  switch (finish.activation) {
    case Activation::kNone:
      return finish_activated<Activation::kNone>(sums, sums_stride, block, finish, out);
    case Activation::kSilu:
      return finish_activated<Activation::kSilu>(sums, sums_stride, block, finish, out);
    case Activation::kGelu:
      return finish_activated<Activation::kGelu>(sums, sums_stride, block, finish, out);
    case Activation::kGeluTanh:
      return finish_activated<Activation::kGeluTanh>(sums, sums_stride, block, finish, out);
    case Activation::kQuickGelu:
      return finish_activated<Activation::kQuickGelu>(sums, sums_stride, block, finish, out);
  }
}

}  // namespace unipic::kernels::UNIPIC_ISA
