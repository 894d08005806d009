#include "base/memory.h"

#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstddef>
#include <fstream>
#include <limits>
#include <string>

// Of jemalloc, in programs that are linked to it; else null.
extern "C" [[gnu::weak]] int mallctl(const char* name, void* old_value, size_t* old_size,
                                     void* new_value, size_t new_size);

namespace unipic {
namespace {

// In the arenas that there are and in those to come. For longer than a step takes, but not for
// ever: jemalloc joins free pages only as they decay, and without that a run of gradients of many
// sizes grew by 10 MB a step.
void keep_pages_of_jemalloc() {
  const auto keep = [](const std::string& prefix) {
    for (const char* kind : {".dirty_decay_ms", ".muzzy_decay_ms"}) {
      ssize_t milliseconds = 10000;
      mallctl((prefix + kind).c_str(), nullptr, nullptr, &milliseconds, sizeof(milliseconds));
    }
  };
  keep("arenas");
  unsigned num_arenas = 0;
  size_t size = sizeof(num_arenas);
  mallctl("arenas.narenas", &num_arenas, &size, nullptr, 0);
  // Those not in use yet refuse; they start like those to come.
  for (unsigned arena = 0; arena < num_arenas; ++arena) {
    keep("arena." + std::to_string(arena));
  }
}

}  // namespace

int64_t resident_bytes() {
  // In pages: total size, resident, ...
  std::ifstream statm("/proc/self/statm");
  int64_t total = 0;
  int64_t resident = 0;
  return statm >> total >> resident ? resident * sysconf(_SC_PAGESIZE) : 0;
}

int64_t peak_resident_bytes() {
  constexpr int64_t kKilobyte = 1024;
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss * kKilobyte;
}

void keep_freed_memory() {
  if (mallctl != nullptr) {
    keep_pages_of_jemalloc();
    return;
  }
#ifdef __GLIBC__
  constexpr int kNever = std::numeric_limits<int>::max();
  mallopt(M_MMAP_THRESHOLD, kNever);
  mallopt(M_TRIM_THRESHOLD, kNever);
#endif
}

}  // namespace unipic
