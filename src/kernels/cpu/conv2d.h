#pragma once

#include <cstdint>

#include "kernels/cpu/packed_linear.h"

// B pictures of H×W pixels, C channels in, N out, pixel after pixel with all channels.

namespace unipic::kernels {

struct ConvShape {
  int64_t batch = 0, height = 0, width = 0, channels = 0;  // of what comes in
  int64_t kernel = 3, stride = 1, padding = 1;             // `padding` zeros on all sides
  int64_t repeat = 1;  // every pixel stands for repeat × repeat: nearest-neighbour enlargement

  int64_t out_height() const { return out_size(height); }
  int64_t out_width() const { return out_size(width); }
  int64_t num_inputs() const { return kernel * kernel * channels; }  // of one output

 private:
  int64_t out_size(int64_t size) const {
    return (size * repeat + 2 * padding - kernel) / stride + 1;
  }
};

// out [B, H', W', N] = finish(convolution of x [B, H, W, C]), bf16, by products of bf16 or 8-bit
// numbers; `weight` is [N, kernel · kernel · C], its inputs row after row of the kernel, all
// channels of a place together. A pixel's results are the same bits whatever the threads are.
void conv2d(const uint16_t* x, const ConvShape& shape, const PackedLinear& weight,
            const GemmFinish& finish, uint16_t* out, const Parallel& parallel = serial,
            Isa isa = best_isa());

}  // namespace unipic::kernels
