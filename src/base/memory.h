#pragma once

#include <cstdint>

namespace unipic {

// The most memory this process had resident at any time, in bytes: anonymous and mapped pages.
int64_t peak_resident_bytes();

}  // namespace unipic
