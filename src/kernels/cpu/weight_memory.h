#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

namespace unipic::kernels {

// `num_bytes` that begin at a cache line, for weights: many allocations share large pages, from
// which a core reads up to half as fast again, and which go back to the system when the last of
// them is gone. Throws `std::bad_alloc`.
std::shared_ptr<void> allocate_weight_bytes(size_t num_bytes);

template <typename Number>
std::shared_ptr<Number[]> allocate_weights(int64_t count) {
  auto bytes = allocate_weight_bytes(static_cast<size_t>(count) * sizeof(Number));
  auto* first = static_cast<Number*>(bytes.get());
  return {std::move(bytes), first};
}

}  // namespace unipic::kernels
