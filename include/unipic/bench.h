#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

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
  std::string dtype;  // "f32" or "bf16"
};

// Times the drawing of pictures by UniPic 1, stage by stage.
BenchReport bench_unipic1(const BenchOptions& options = {});

}  // namespace unipic
