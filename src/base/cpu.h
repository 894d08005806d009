#pragma once

namespace unipic {

// Whether the processor multiplies bf16 matrices in tiles (Intel AMX), several times faster than
// fp32.
bool has_amx_bf16();

}  // namespace unipic
