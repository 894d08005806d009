#pragma once

#include <cstdint>

namespace unipic {

// The memory this process has resident now, in bytes; 0 where the system does not tell.
int64_t resident_bytes();

// The most memory this process had resident at any time, in bytes: anonymous and mapped pages.
int64_t peak_resident_bytes();

// From now on memory that is freed is kept for the next allocation, also in large blocks, instead
// of going back to the system, which would clear its pages again and again. For programs that
// allocate the same sizes in every step.
void keep_freed_memory();

}  // namespace unipic
