#pragma once

#include <cstdint>
#include <vector>

#include "kernels/cpu/isa.h"
#include "kernels/cpu/packed_linear.h"
#include "kernels/cpu/parallel.h"

// N rows of width W, C numbers in and O out.

namespace unipic::kernels {

// A residual MLP whose norm, shifted and scaled, and whose result, gated, a condition modulates.
struct AdaLnBlock {
  SharedLinear modulation;  // W to shift, scale and gate, 3W
  std::vector<float> norm_weight, norm_bias;
  SharedLinear in, out;  // W to W, SiLU between them
};

// The network of MAR's diffusion loss (Li et al. 2024, "Autoregressive Image Generation without
// Vector Quantization"): a projection, blocks, and a modulated norm before the last projection.
struct AdaLnMlp {
  SharedLinear first;  // C to W
  std::vector<AdaLnBlock> blocks;
  SharedLinear last_modulation;  // W to shift and scale, 2W
  SharedLinear last;             // W to O
  float norm_eps = 1e-6F;

  int64_t width() const { return first->num_outputs(); }
};

// Runs an `AdaLnMlp` over the same number of rows again and again, without allocating memory.
// Activations are bf16 where they are multiplied and fp32 elsewhere.
class AdaLnMlpRun {
 public:
  // `network` must outlive this.
  AdaLnMlpRun(const AdaLnMlp& network, int64_t num_rows);

  // `x` [N, C], `silu_condition` [N, W], dense; writes `out` [N, O] in fp32.
  void operator()(const uint16_t* x, const uint16_t* silu_condition, float* out,
                  const Parallel& parallel = serial, Isa isa = best_isa());

 private:
  const AdaLnMlp& network_;
  int64_t num_rows_;
  std::vector<float> residual_, modulation_;  // [N, W], [N, 3W]
  std::vector<uint16_t> normed_, hidden_;     // [N, W]
};

}  // namespace unipic::kernels
