#include "base/memory.h"

#include <sys/resource.h>

namespace unipic {

int64_t peak_resident_bytes() {
  constexpr int64_t kKilobyte = 1024;
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss * kKilobyte;
}

}  // namespace unipic
