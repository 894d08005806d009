#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernels/cpu/isa.h"

// What a core does at best: the limits that kernels are measured against.

namespace unipic::kernels {

// Multiplies bf16 numbers that stay in registers, without end but for `num_rounds`; returns how
// many floating-point operations that was.
int64_t multiply_in_registers(int64_t num_rounds, Isa isa = best_isa());

// Reads all of `bytes`, of which the size is a multiple of 256; returns a sum of them.
uint32_t read_once(std::span<const std::byte> bytes, Isa isa = best_isa());

}  // namespace unipic::kernels
