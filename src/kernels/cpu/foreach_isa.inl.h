// Includes UNIPIC_KERNEL once per instruction set: each time in a namespace of its own, and with
// only that code compiled for that instruction set. No file needs -mavx flags, which would let the
// linker keep an AVX-512 copy of some inline standard-library function and call it on a machine
// that has none.

#include "kernels/cpu/isa_region.h"

#define UNIPIC_ISA portable
#define UNIPIC_VEC_BYTES 16
#include "kernels/cpu/vec.inl.h"
#include UNIPIC_KERNEL
#undef UNIPIC_VEC_BYTES
#undef UNIPIC_ISA

#if defined(__x86_64__)

UNIPIC_REGION(UNIPIC_AVX2)
#define UNIPIC_ISA avx2
#define UNIPIC_VEC_BYTES 32
#include "kernels/cpu/vec.inl.h"
#include UNIPIC_KERNEL
#undef UNIPIC_VEC_BYTES
#undef UNIPIC_ISA
UNIPIC_REGION_END

UNIPIC_REGION(UNIPIC_AVX512)
#define UNIPIC_ISA avx512
#define UNIPIC_VEC_BYTES 64
#include "kernels/cpu/vec.inl.h"
#include UNIPIC_KERNEL
#undef UNIPIC_VEC_BYTES
#undef UNIPIC_ISA
UNIPIC_REGION_END

UNIPIC_REGION(UNIPIC_AVX512_BF16)
#define UNIPIC_ISA avx512_bf16
#define UNIPIC_VEC_BYTES 64
#define UNIPIC_HAS_BF16_DOT
#define UNIPIC_HAS_VNNI
#include "kernels/cpu/vec.inl.h"
#include UNIPIC_KERNEL
#undef UNIPIC_HAS_VNNI
#undef UNIPIC_HAS_BF16_DOT
#undef UNIPIC_VEC_BYTES
#undef UNIPIC_ISA
UNIPIC_REGION_END

#define UNIPIC_FOR_EACH_ISA(function) \
  { portable::function, avx2::function, avx512::function, avx512_bf16::function }

#else

#define UNIPIC_FOR_EACH_ISA(function) \
  { portable::function, portable::function, portable::function, portable::function }

#endif
