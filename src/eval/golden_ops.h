#pragma once

#include "golden/golden.h"

namespace unipic::eval {

// Computes one golden case of the benchmarks. Cases without tensors are compared here: throws
// `Error` naming the first difference. Throws `Error` also for an unknown operation.
golden::Outputs run_golden_case(const golden::Case& golden_case);

// Its parts, one a benchmark. Each returns whether it knows the operation.
bool run_geneval_case(const golden::Case& golden_case, golden::Outputs& out);

}  // namespace unipic::eval
