#include "base/cpu.h"

#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace unipic {

bool has_amx_bf16() {
#if defined(__x86_64__)
  unsigned eax = 0;
  unsigned ebx = 0;
  unsigned ecx = 0;
  unsigned edx = 0;
  constexpr unsigned kAmxBf16 = 1U << 22;  // leaf 7.0, EDX
  return __get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) != 0 && (edx & kAmxBf16) != 0;
#else
  return false;
#endif
}

}  // namespace unipic
