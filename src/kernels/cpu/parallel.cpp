#include "kernels/cpu/parallel.h"

namespace unipic::kernels {

void serial(int64_t count, const std::function<void(int64_t first, int64_t last)>& work) {
  if (count > 0) work(0, count);
}

}  // namespace unipic::kernels
