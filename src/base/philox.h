#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace unipic {

// Philox4x32-10 (Salmon et al. 2011): 128 random bits as a pure function of key and counter, so a
// number depends on what it is for and never on how many were drawn before it.
std::array<uint32_t, 4> philox(uint64_t key, const std::array<uint32_t, 4>& counter);

// Fills `out` with standard normal numbers for the counters (0, c1, c2, c3), (1, c1, c2, c3), ...;
// each counter gives four (Box-Muller).
void philox_normals(uint64_t key, uint32_t c1, uint32_t c2, uint32_t c3, std::span<float> out);

// A uniformly random permutation of 0..out.size()-1 (Fisher-Yates) for the counters (i, c1, c2,
// c3).
void philox_permutation(uint64_t key, uint32_t c1, uint32_t c2, uint32_t c3,
                        std::span<int64_t> out);

}  // namespace unipic
