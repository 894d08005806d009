#pragma once

namespace unipic {

// Whether the processor multiplies bf16 matrices in tiles (Intel AMX), several times faster than
// fp32.
bool has_amx_bf16();

// Whether it multiplies bf16 numbers at all (AMX, or AVX-512 BF16).
bool has_bf16_products();

}  // namespace unipic
