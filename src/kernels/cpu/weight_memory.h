#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

namespace unipic::kernels {

// `size` numbers that begin at a cache line, for weights: many allocations share large pages, from
// which a core reads up to half as fast again, and which go back to the system when the last of
// them is gone. Throws `std::bad_alloc`.
std::shared_ptr<uint16_t[]> allocate_weights(size_t size);

}  // namespace unipic::kernels
