// Attention in bf16 beside ATen's, at the sizes of UniPic 1: the MAR at 512 and 1024 pixels (16
// heads of 80), the language model over a picture (12 heads of 128 with 2 for keys and values),
// SigLIP2 (16 of 72).

#include <ATen/ATen.h>
#include <benchmark/benchmark.h>
#include <c10/core/GradMode.h>

#include <cmath>

#include "ops/attention.h"

namespace unipic {
namespace {

struct Operands {
  explicit Operands(const benchmark::State& state)
      : q(heads(state.range(0), state.range(2), state.range(4))),
        k(heads(state.range(1), state.range(3), state.range(4))),
        v(heads(state.range(1), state.range(3), state.range(4))) {}

  static at::Tensor heads(int64_t num_heads, int64_t num_rows, int64_t width) {
    return at::randn({2, num_rows, num_heads, width}).to(at::kBFloat16).transpose(1, 2);
  }

  at::Tensor q, k, v;
};

void attend(benchmark::State& state, bool own_kernel) {
  const c10::AutoGradMode without_gradients(false);
  const Operands operands(state);
  for (auto _ : state) {
    benchmark::DoNotOptimize(ops::attention(operands.q, operands.k, operands.v, {}, own_kernel));
  }
  const auto products = static_cast<double>(operands.q.numel() * operands.k.size(2));
  state.counters["FLOP/s"] =
      benchmark::Counter(4 * products, benchmark::Counter::kIsIterationInvariantRate);
}

void aten(benchmark::State& state) { attend(state, false); }
void ours(benchmark::State& state) { attend(state, true); }

void shapes(benchmark::internal::Benchmark* benchmark) {
  benchmark->Args({16, 16, 1088, 1088, 80})->Args({16, 16, 4160, 4160, 80});
  benchmark->Args({12, 2, 1088, 1216, 128})->Args({16, 16, 1024, 1024, 72});
  benchmark->UseRealTime()->Unit(benchmark::kMillisecond);
}

BENCHMARK(aten)->Apply(shapes);
BENCHMARK(ours)->Apply(shapes);

}  // namespace
}  // namespace unipic
