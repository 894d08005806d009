// The bf16 GEMM beside ATen's, on the shapes of UniPic 1's language model (1536, 8960) and MAR
// (1280) and of the default model (192, 256). Run on one core: taskset -c 0 gemm_bf16_bench.

#include <ATen/ATen.h>
#include <benchmark/benchmark.h>

#include "kernels/cpu/gemm_bf16.h"
#include "ops/packing.h"

namespace unipic::kernels {
namespace {

struct Operands {
  explicit Operands(const benchmark::State& state)
      : num_rows(state.range(0)), num_outputs(state.range(1)), num_inputs(state.range(2)) {}

  int64_t num_rows, num_outputs, num_inputs;
  at::Tensor x_MK = at::randn({num_rows, num_inputs}).to(at::kBFloat16);
  at::Tensor weight_NK = at::randn({num_outputs, num_inputs}).to(at::kBFloat16);
  at::Tensor out_MN = at::empty({num_rows, num_outputs}, at::kBFloat16);

  void count(benchmark::State& state) const {
    const auto products = static_cast<double>(num_rows * num_outputs * num_inputs);
    const auto bytes = static_cast<double>(num_outputs * num_inputs * 2);
    using benchmark::Counter;
    state.counters["FLOP/s"] = Counter(2 * products, Counter::kIsIterationInvariantRate);
    state.counters["weight_bytes/s"] = Counter(bytes, Counter::kIsIterationInvariantRate);
  }
};

void aten(benchmark::State& state) {
  const Operands operands(state);
  for (auto _ : state) {
    benchmark::DoNotOptimize(at::linear(operands.x_MK, operands.weight_NK));
  }
  operands.count(state);
}

void ours(benchmark::State& state) {
  const Operands operands(state);
  const PackedBf16 weight(ops::bf16_data(operands.weight_NK), operands.num_outputs,
                          operands.num_inputs, operands.num_inputs);
  const GemmOutput out = {.bf16 = ops::mutable_bf16_data(operands.out_MN),
                          .stride = operands.num_outputs};
  for (auto _ : state) {
    gemm_bf16({ops::bf16_data(operands.x_MK), operands.num_rows, operands.num_inputs}, weight, {},
              out, ops::on_all_threads);
  }
  operands.count(state);
}

void shapes(benchmark::internal::Benchmark* benchmark) {
  for (const int64_t rows : {1, 4, 16, 64, 1088}) {
    benchmark->Args({rows, 1536, 1536})->Args({rows, 8960, 1536})->Args({rows, 1536, 8960});
    benchmark->Args({rows, 1280, 1280})->Args({rows, 256, 256})->Args({rows, 768, 192});
  }
  benchmark->UseRealTime();
}

BENCHMARK(aten)->Apply(shapes);
BENCHMARK(ours)->Apply(shapes);

}  // namespace
}  // namespace unipic::kernels
