#pragma once

#include "cli/command.h"

namespace unipic::cli {

// Adds `unipic bench kernels` to `unipic bench`.
void add_bench_kernels(CLI::App& bench, Run& run);

}  // namespace unipic::cli
