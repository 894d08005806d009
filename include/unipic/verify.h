#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "unipic/options.h"

namespace unipic {

// What became of one golden case.
struct CaseResult {
  std::string name;
  bool passed = false;
  double max_abs = 0;  // the largest difference of a checked tensor
  std::string reason =
      {};  // of a failure: "tensor=out.z max_abs=... allowed=...", "unknown op", ...
};

struct VerifyOptions {
  std::string only;  // the name of a single case; empty: all
  DType dtype = DType::kF32;
  Kernels kernels = Kernels::kOwn;
  std::string device = "cpu";
  int threads = 0;
  std::function<void(const CaseResult& result)> on_result;  // as each case ends
};

struct VerifyReport {
  int64_t num_passed = 0;
  int64_t num_failed = 0;
};

// Computes every case of a golden folder, with its checkpoint if it has one, through the code that
// `Pipeline` and the benchmarks use, and compares with what the reference computed. Throws `Error`
// if the folder is malformed or its checkpoint does not load.
VerifyReport verify_goldens(const std::filesystem::path& folder, const VerifyOptions& options = {});

}  // namespace unipic
