#pragma once

#if defined(__x86_64__)
#include <immintrin.h>
#endif

// Between UNIPIC_REGION(x) and UNIPIC_REGION_END functions are compiled for instruction set x. GCC
// and Clang spell that differently.

#define UNIPIC_PRAGMA(text) _Pragma(#text)

#define UNIPIC_AVX2 "avx2,fma"
#define UNIPIC_AVX512 "avx512f,avx512bw,avx512vl,avx2,fma"
#define UNIPIC_AMX "amx-tile,amx-bf16"
#define UNIPIC_AVX512_BF16 "avx512bf16,avx512vnni,avx512f,avx512bw,avx512vl,avx2,fma"

#if defined(__clang__)

#define UNIPIC_REGION(features) \
  UNIPIC_PRAGMA(clang attribute push(__attribute__((target(features))), apply_to = function))
#define UNIPIC_REGION_END UNIPIC_PRAGMA(clang attribute pop)

#else

#define UNIPIC_REGION(features) \
  UNIPIC_PRAGMA(GCC push_options) UNIPIC_PRAGMA(GCC target(features, "prefer-vector-width=512"))
#define UNIPIC_REGION_END UNIPIC_PRAGMA(GCC pop_options)

#endif
