#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "unipic/options.h"

namespace unipic {

struct BenchOptions : RunOptions {
  std::filesystem::path model;  // empty: random weights of the published size, made in memory
  int64_t size = 512;           // pixels a side
  int64_t iterations = 32;
  double guidance = 3.0;
  int64_t count = 1;
  DType dtype = DType::kBF16;
  Kernels kernels = Kernels::kOwn;
  std::string device = "cpu";
  int threads = 0;
};

struct BenchReport {
  double load_seconds = 0;                      // until the model is ready
  double seconds = 0;                           // from the prompt to the pictures
  std::map<std::string, double> stage_seconds;  // of `seconds`
  double peak_rss_gb = 0;                       // of this process, 1e9 bytes
  int threads = 0;
  std::string dtype;  // "f32", "bf16", "int8" or "int4"
};

// Times the drawing of pictures by UniPic 1, stage by stage.
BenchReport bench_unipic1(const BenchOptions& options = {});

struct KernelBenchOptions : RunOptions {
  int threads = 0;
  int rounds = 7;  // of every kernel; rounds of those that are compared take turns
};

// A kernel of ours on one shape, beside what LibTorch does there.
struct KernelTiming {
  std::string kernel;  // "gemm_bf16", "gemm_int8", "attention", "gemv", "vae_decode"
  std::string shape;   // "1088x8960x1536": rows, outputs, inputs
  double seconds = 0;  // median
  double best_seconds = 0;
  double operations = 0, bytes = 0;  // floating-point operations, and weights read
  double other_seconds = 0;          // median of what it is compared with
  std::string other;                 // "aten", "gemm_bf16"

  double ratio() const { return other_seconds / seconds; }
};

struct KernelBenchReport {
  std::string isa;
  int threads = 0;
  double peak_flops = 0;      // products in registers, all threads
  double read_bandwidth = 0;  // bytes a second, all threads
  std::vector<KernelTiming> timings;
  // gemm_bf16_vs_aten, gemm_bf16_peak_fraction (both of 1024 rows and more),
  // gemm_bf16_few_rows_vs_aten, gemm_int8_vs_bf16, attention_vs_aten, gemv_bandwidth_fraction,
  // vae_vs_aten; means of ratios are geometric.
  std::map<std::string, double> figures;
};

// Times our own kernels on the shapes of UniPic 1 against LibTorch's and against what the machine
// does at best, all in one run.
KernelBenchReport bench_kernels(const KernelBenchOptions& options = {});

}  // namespace unipic
