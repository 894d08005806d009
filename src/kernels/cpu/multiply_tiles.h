#pragma once

#include <cstdint>

namespace unipic::kernels {

// `multiply_in_registers` by AMX.
int64_t multiply_tiles(int64_t num_rounds);

}  // namespace unipic::kernels
