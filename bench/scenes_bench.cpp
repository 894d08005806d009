// The scene world: samples and pictures a second on one core.

#include <benchmark/benchmark.h>

#include "data/scenes/render.h"
#include "data/scenes/sample.h"

namespace unipic::scenes {
namespace {

SampleKey key_of(uint64_t index) { return {.seed = 1, .epoch = 0, .index = index}; }

void load(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(Catalogue::load());
}
BENCHMARK(load)->Unit(benchmark::kMillisecond);

void caption(benchmark::State& state) {
  const auto catalogue = Catalogue::load();
  uint64_t index = 0;
  for (auto _ : state) benchmark::DoNotOptimize(caption_sample(key_of(index++), {}, catalogue));
  state.SetItemsProcessed(static_cast<int64_t>(index));
}
BENCHMARK(caption)->Unit(benchmark::kMicrosecond);

void edit(benchmark::State& state) {
  const auto catalogue = Catalogue::load();
  uint64_t index = 0;
  for (auto _ : state) benchmark::DoNotOptimize(edit_sample(key_of(index++), {}, catalogue));
  state.SetItemsProcessed(static_cast<int64_t>(index));
}
BENCHMARK(edit)->Unit(benchmark::kMicrosecond);

void question(benchmark::State& state) {
  const auto catalogue = Catalogue::load();
  uint64_t index = 0;
  for (auto _ : state) benchmark::DoNotOptimize(question_sample(key_of(index++), {}, catalogue));
  state.SetItemsProcessed(static_cast<int64_t>(index));
}
BENCHMARK(question)->Unit(benchmark::kMicrosecond);

// A whole training sample: the scene, its caption and its picture of this side.
void caption_and_picture(benchmark::State& state) {
  const auto catalogue = Catalogue::load();
  uint64_t index = 0;
  for (auto _ : state) {
    const auto sample = caption_sample(key_of(index++), {}, catalogue);
    benchmark::DoNotOptimize(render(sample.scene, catalogue, state.range(0), state.range(0)));
  }
  state.SetItemsProcessed(static_cast<int64_t>(index));
}
BENCHMARK(caption_and_picture)
    ->Arg(64)
    ->Arg(128)
    ->Arg(256)
    ->Arg(512)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace unipic::scenes
