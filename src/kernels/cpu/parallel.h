#pragma once

#include <cstdint>
#include <functional>

namespace unipic::kernels {

// Calls its second argument for ranges [first, last) that together cover [0, count), on any number
// of threads at once, and returns when all are done. Callers give kernels LibTorch's threads.
using Parallel =
    std::function<void(int64_t count, const std::function<void(int64_t first, int64_t last)>&)>;

// Everything on the calling thread.
void serial(int64_t count, const std::function<void(int64_t first, int64_t last)>& work);

}  // namespace unipic::kernels
