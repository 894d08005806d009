#pragma once

namespace unipic {

// Whether the processor multiplies bf16 numbers (AMX, or AVX-512 BF16), several times faster than
// fp32.
bool has_bf16_products();

}  // namespace unipic
