#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "backbones/kl_vae/model.h"
#include "base/check.h"
#include "convert/random_weights.h"
#include "kernels/cpu/machine_rates.h"
#include "kernels/cpu/packed_linear.h"
#include "kernels/cpu/weight_memory.h"
#include "ops/attention.h"
#include "ops/int4_weight.h"
#include "ops/linear.h"
#include "ops/packing.h"
#include "ops/placement.h"
#include "unipic/bench.h"

namespace unipic {
namespace {

using Work = std::function<void()>;

double seconds_of(const Work& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// How long each of some pieces of work takes, once a round, in rounds of all.
class Rounds {
 public:
  Rounds(const KernelBenchOptions& options, const std::vector<Work>& works)
      : seconds_(works.size()) {
    for (const auto& work : works) work();  // allocates, and fills caches
    for (int round = 0; round < options.rounds; ++round) {
      if (options.stop.stop_requested()) throw Cancelled("stopped before it was done");
      for (size_t index = 0; index < works.size(); ++index) {
        seconds_[index].push_back(seconds_of(works[index]));
      }
    }
    for (auto& seconds : seconds_) std::ranges::sort(seconds);
  }

  double median(size_t work) const { return seconds_[work][seconds_[work].size() / 2]; }
  double best(size_t work) const { return seconds_[work].front(); }

 private:
  std::vector<std::vector<double>> seconds_;
};

double geometric_mean(const std::vector<double>& ratios) {
  double sum = 0;
  for (const double ratio : ratios) sum += std::log(ratio);
  return std::exp(sum / static_cast<double>(ratios.size()));
}

struct Shape {
  int64_t rows, outputs, inputs;

  std::string text() const { return fmt::format("{}x{}x{}", rows, outputs, inputs); }
  double operations() const { return 2.0 * static_cast<double>(rows * outputs * inputs); }
  double weights() const { return static_cast<double>(outputs * inputs); }
};

// Products of UniPic 1: 1088 rows are a picture of 512 pixels and its buffers, 2176 that of two
// halves; 1536 and 8960 the language model's widths, 1280 and 5120 the MAR's.
const std::vector<Shape> kManyRows = {{1088, 1536, 1536}, {1088, 8960, 1536}, {1088, 1536, 8960},
                                      {2176, 1280, 1280}, {2176, 5120, 1280}, {2176, 1280, 5120}};
const std::vector<Shape> kFewRows = {{4, 8960, 1536},  {16, 1280, 1280}, {16, 3840, 1280},
                                     {64, 1280, 1280}, {64, 8960, 1536}, {64, 1536, 8960}};
// The language model's scores of all tokens: one row by weights that no cache holds.
constexpr Shape kOneRow = {1, 151936, 1536};
// Of a weight in 4 bits, its group's multiplier included.
constexpr double kInt4Bytes = (4 + 8.0 / 32) / 8;

class KernelBench {
 public:
  explicit KernelBench(const KernelBenchOptions& options) : options_(options) {
    report_.isa = kernels::name(kernels::best_isa());
    report_.threads = at::get_num_threads();
  }

  KernelBenchReport run() {
    measure_limits();
    for (const auto& shape : kManyRows) measure_products(shape, "");
    for (const auto& shape : kFewRows) measure_products(shape, "_few_rows");
    measure_gemv();
    for (const int64_t num_rows : {1088, 4160}) measure_attention(16, 16, num_rows, num_rows, 80);
    measure_attention(12, 2, 1088, 1216, 128);
    measure_attention(16, 16, 1024, 1024, 72);
    measure_decoding();
    sum_up();
    return std::move(report_);
  }

 private:
  void measure_limits() {
    step("limits");
    const int64_t num_threads = report_.threads;
    constexpr int64_t kMultiplications = 2'000'000;
    std::vector<int64_t> operations(static_cast<size_t>(num_threads));
    constexpr int64_t kBytes = int64_t{512} << 20;
    const auto bytes = kernels::allocate_weights<std::byte>(kBytes);
    std::fill_n(bytes.get(), kBytes, std::byte{1});
    const int64_t part = kBytes / num_threads / 256 * 256;
    std::vector<uint32_t> sums(static_cast<size_t>(num_threads));
    const auto on_each_thread = [&](const std::function<void(int64_t thread)>& work) {
      ops::on_all_threads(num_threads, [&](int64_t first, int64_t last) {
        for (int64_t thread = first; thread < last; ++thread) work(thread);
      });
    };
    const Rounds rounds(options_, {[&] {
                                     on_each_thread([&](int64_t thread) {
                                       operations[static_cast<size_t>(thread)] =
                                           kernels::multiply_in_registers(kMultiplications);
                                     });
                                   },
                                   [&] {
                                     on_each_thread([&](int64_t thread) {
                                       sums[static_cast<size_t>(thread)] =
                                           kernels::read_once({bytes.get() + thread * part,
                                                               static_cast<size_t>(part)});
                                     });
                                   }});
    double all = 0;
    for (const int64_t of_thread : operations) all += static_cast<double>(of_thread);
    report_.peak_flops = all / rounds.best(0);
    report_.read_bandwidth = static_cast<double>(part * num_threads) / rounds.best(1);
  }

  // In bf16 by LibTorch and by our own kernel, and in 8 bits.
  void measure_products(const Shape& shape, const std::string& suffix) {
    step("gemm" + suffix);
    const auto x_MK = at::randn({shape.rows, shape.inputs}).to(at::kBFloat16);
    const auto weight_NK = at::randn({shape.outputs, shape.inputs}).to(at::kBFloat16);
    const auto packed = ops::pack_linear(weight_NK, {});
    const auto packed_int8 = ops::pack_linear(ops::to_int8(weight_NK), {});
    const auto packed_int4 = ops::pack_linear(ops::to_int4(weight_NK), {});
    const Rounds rounds(options_, {[&] { ops::linear(x_MK, weight_NK, {}); },
                                   [&] { ops::packed_linear(x_MK, *packed); },
                                   [&] { ops::packed_linear(x_MK, *packed_int8); },
                                   [&] { ops::packed_linear(x_MK, *packed_int4); }});
    add("gemm_bf16" + suffix, shape.text(), rounds, {.ours = 1, .other = 0, .other_name = "aten"},
        shape.operations(), 2 * shape.weights());
    add("gemm_int8" + suffix, shape.text(), rounds,
        {.ours = 2, .other = 1, .other_name = "gemm_bf16"}, shape.operations(), shape.weights());
    add("gemm_int4" + suffix, shape.text(), rounds,
        {.ours = 3, .other = 1, .other_name = "gemm_bf16"}, shape.operations(),
        kInt4Bytes * shape.weights());
  }

  void measure_gemv() {
    step("gemv");
    const auto x_MK = at::randn({1, kOneRow.inputs}).to(at::kBFloat16);
    const auto weight_NK = at::randn({kOneRow.outputs, kOneRow.inputs}).to(at::kBFloat16);
    const auto packed = ops::pack_linear(weight_NK, {});
    const auto packed_int8 = ops::pack_linear(ops::to_int8(weight_NK), {});
    const auto packed_int4 = ops::pack_linear(ops::to_int4(weight_NK), {});
    const Rounds rounds(options_, {[&] { ops::linear(x_MK, weight_NK, {}); },
                                   [&] { ops::packed_linear(x_MK, *packed); },
                                   [&] { ops::packed_linear(x_MK, *packed_int8); },
                                   [&] { ops::packed_linear(x_MK, *packed_int4); }});
    add("gemv", kOneRow.text(), rounds, {.ours = 1, .other = 0, .other_name = "aten"},
        kOneRow.operations(), 2 * kOneRow.weights());
    add("gemv_int8", kOneRow.text(), rounds, {.ours = 2, .other = 1, .other_name = "gemv"},
        kOneRow.operations(), kOneRow.weights());
    add("gemv_int4", kOneRow.text(), rounds, {.ours = 3, .other = 1, .other_name = "gemv"},
        kOneRow.operations(), kInt4Bytes * kOneRow.weights());
  }

  void measure_attention(int64_t heads, int64_t groups, int64_t queries, int64_t keys,
                         int64_t width) {
    step("attention");
    const auto random = [&](int64_t num_heads, int64_t num_rows) {
      return at::randn({2, num_rows, num_heads, width}).to(at::kBFloat16).transpose(1, 2);
    };
    const auto q = random(heads, queries), k = random(groups, keys), v = random(groups, keys);
    const Rounds rounds(options_, {[&] { ops::attention(q, k, v, {}, /*own_kernel=*/false); },
                                   [&] { ops::attention(q, k, v, {}, /*own_kernel=*/true); }});
    add("attention", fmt::format("2x{}/{}x{}x{}x{}", heads, groups, queries, keys, width), rounds,
        {.ours = 1, .other = 0, .other_name = "aten"},
        8.0 * static_cast<double>(heads * queries * keys * width), 0);
  }

  void measure_decoding() {
    step("vae_decode");
    kl_vae::Autoencoder aten{kl_vae::Config()}, own{kl_vae::Config()};
    convert::randomize(*aten, at::kBFloat16, /*seed=*/1);
    convert::randomize(*own, at::kBFloat16, /*seed=*/1);
    nn::pack_convolutions(*own);
    const auto latents = at::randn({1, own->config().latent_channels, 32, 32}).to(at::kBFloat16);
    const Rounds rounds(options_, {[&] { aten->decode(latents); }, [&] { own->decode(latents); }});
    add("vae_decode", "512x512", rounds, {.ours = 1, .other = 0, .other_name = "aten"}, 0, 0);
  }

  void step(const std::string& kernel) const {
    if (options_.on_progress) options_.on_progress({kernel, 0, 0});
  }

  struct Compared {
    size_t ours, other;
    std::string other_name;
  };
  void add(const std::string& kernel, const std::string& shape, const Rounds& rounds,
           const Compared& compared, double operations, double bytes) {
    report_.timings.push_back({.kernel = kernel,
                               .shape = shape,
                               .seconds = rounds.median(compared.ours),
                               .best_seconds = rounds.best(compared.ours),
                               .operations = operations,
                               .bytes = bytes,
                               .other_seconds = rounds.median(compared.other),
                               .other = compared.other_name});
  }

  double mean_over(std::string_view kernel,
                   const std::function<double(const KernelTiming&)>& ratio) const {
    std::vector<double> ratios;
    for (const auto& timing : report_.timings) {
      if (timing.kernel == kernel) ratios.push_back(ratio(timing));
    }
    return geometric_mean(ratios);
  }

  void sum_up() {
    const auto ratio = [](const KernelTiming& timing) { return timing.ratio(); };
    const auto of_peak = [&](const KernelTiming& timing) {
      return timing.operations / timing.seconds / report_.peak_flops;
    };
    const auto of_bandwidth = [&](const KernelTiming& timing) {
      return timing.bytes / timing.seconds / report_.read_bandwidth;
    };
    report_.figures = {
        {"gemm_bf16_vs_aten", mean_over("gemm_bf16", ratio)},
        {"gemm_bf16_few_rows_vs_aten", mean_over("gemm_bf16_few_rows", ratio)},
        {"gemm_bf16_peak_fraction", mean_over("gemm_bf16", of_peak)},
        {"gemm_int8_vs_bf16", mean_over("gemm_int8", ratio)},
        {"gemm_int8_few_rows_vs_bf16", mean_over("gemm_int8_few_rows", ratio)},
        {"gemm_int4_vs_bf16", mean_over("gemm_int4", ratio)},
        {"gemm_int4_few_rows_vs_bf16", mean_over("gemm_int4_few_rows", ratio)},
        {"gemv_int8_vs_bf16", mean_over("gemv_int8", ratio)},
        {"gemv_int4_vs_bf16", mean_over("gemv_int4", ratio)},
        {"attention_vs_aten", mean_over("attention", ratio)},
        {"gemv_bandwidth_fraction", mean_over("gemv", of_bandwidth)},
        {"vae_vs_aten", mean_over("vae_decode", ratio)},
    };
  }

  const KernelBenchOptions& options_;
  KernelBenchReport report_;
};

}  // namespace

KernelBenchReport bench_kernels(const KernelBenchOptions& options) {
  check_usage(options.rounds > 0, "{} rounds measure nothing", options.rounds);
  ops::use_threads(options.threads);
  const c10::InferenceMode no_autograd;
  return KernelBench(options).run();
}

}  // namespace unipic
