#include "kernels/cpu/adaln_mlp.h"

#include "kernels/cpu/layer_norm.h"

namespace unipic::kernels {
AdaLnMlpRun::AdaLnMlpRun(const AdaLnMlp& network, int64_t num_rows)
    : network_(network), num_rows_(num_rows) {
  const auto size = static_cast<size_t>(num_rows * network.width());
  residual_.resize(size);
  modulation_.resize(3 * size);
  normed_.resize(size);
  hidden_.resize(size);
}

void AdaLnMlpRun::operator()(const uint16_t* x, const uint16_t* silu_condition, float* out,
                             const Parallel& parallel, Isa isa) {
  const int64_t width = network_.width();
  const auto multiply = [&](const uint16_t* rows, const SharedLinear& linear,
                            const GemmFinish& finish, GemmOutput output) {
    output.stride = linear->num_outputs();
    kernels::multiply({rows, num_rows_, linear->num_inputs()}, *linear, finish, output, parallel,
                      isa);
  };
  const auto modulated_norm = [&](int64_t num_parts, const float* weight, const float* bias) {
    layer_norm(residual_.data(), num_rows_, width,
               {.eps = network_.norm_eps,
                .weight = weight,
                .bias = bias,
                .shift = modulation_.data(),
                .scale = modulation_.data() + width,
                .modulation_stride = num_parts * width},
               normed_.data(), isa);
  };

  multiply(x, network_.first, {}, {.fp32 = residual_.data()});
  for (const auto& block : network_.blocks) {
    multiply(silu_condition, block.modulation, {}, {.fp32 = modulation_.data()});
    modulated_norm(3, or_none(block.norm_weight), or_none(block.norm_bias));
    multiply(normed_.data(), block.in, {.activation = Activation::kSilu}, {.bf16 = hidden_.data()});
    multiply(hidden_.data(), block.out,
             {.gate = modulation_.data() + 2 * width,
              .gate_stride = 3 * width,
              .combine = Combine::kAdd},
             {.fp32 = residual_.data()});
  }
  multiply(silu_condition, network_.last_modulation, {}, {.fp32 = modulation_.data()});
  modulated_norm(2, nullptr, nullptr);
  multiply(normed_.data(), network_.last, {}, {.fp32 = out});
}

}  // namespace unipic::kernels
