#pragma once

#include <cstdint>

namespace unipic {

// The memory this process has resident now, in bytes; 0 where the system does not tell.
int64_t resident_bytes();

// The most memory this process had resident at any time, in bytes: anonymous and mapped pages.
int64_t peak_resident_bytes();

}  // namespace unipic
