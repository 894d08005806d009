#pragma once

#include <cstdint>

namespace unipic::kernels {

// How many parts of `b` hold `a`, neither negative.
constexpr int64_t ceil_divide(int64_t a, int64_t b) { return (a + b - 1) / b; }

}  // namespace unipic::kernels
