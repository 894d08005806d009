#pragma once

// Between UNIPIC_REGION_X and UNIPIC_REGION_END functions are compiled for instruction set X. GCC
// and Clang spell that differently.

#if defined(__clang__)

#define UNIPIC_REGION_AVX2 \
  _Pragma("clang attribute push(__attribute__((target(\"avx2,fma\"))), apply_to = function)")
#define UNIPIC_REGION_AVX512                                                                   \
  _Pragma(                                                                                     \
      "clang attribute push(__attribute__((target(\"avx512f,avx512bw,avx512vl,avx2,fma\"))), " \
      "apply_to = function)")
#define UNIPIC_REGION_AVX512_BF16                                                 \
  _Pragma(                                                                        \
      "clang attribute push(__attribute__((target(\"avx512bf16,avx512f,avx512bw," \
      "avx512vl,avx2,fma\"))), apply_to = function)")
#define UNIPIC_REGION_END _Pragma("clang attribute pop")

#else

#define UNIPIC_REGION_AVX2 _Pragma("GCC push_options") _Pragma("GCC target(\"avx2,fma\")")
#define UNIPIC_REGION_AVX512  \
  _Pragma("GCC push_options") \
      _Pragma("GCC target(\"avx512f,avx512bw,avx512vl,avx2,fma,prefer-vector-width=512\")")
#define UNIPIC_REGION_AVX512_BF16      \
  _Pragma("GCC push_options") _Pragma( \
      "GCC target(\"avx512bf16,avx512f,avx512bw,avx512vl,avx2,fma,prefer-vector-width=512\")")
#define UNIPIC_REGION_END _Pragma("GCC pop_options")

#endif
