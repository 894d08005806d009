#pragma once

#include <torch/nn/module.h>

// N vectors, D their width, K codes, Q codes a vector (the depth).

namespace unipic::vila_u {

// What vectors become: `codes_NQ` [..., Q] int64, and the sum of their rows [..., D].
struct Quantized {
  torch::Tensor codes, z;
  torch::Tensor residual_norms;  // [..., Q]: how long what is left is after each code, fp32
};

// The rows that vectors are sums of, each as near as it can be to what those before it left
// (Lee et al. 2022). One codebook for all levels.
class CodebookImpl : public torch::nn::Module {
 public:
  CodebookImpl(int64_t num_codes, int64_t dim);

  // Vectors [..., D] to Q codes each; distances are compared in fp32. `z` is in the type of the
  // codebook.
  Quantized quantize(const torch::Tensor& x, int64_t depth) const;

  // The rows of codes [...], [..., D].
  torch::Tensor rows(const torch::Tensor& codes) const { return torch::embedding(weight_, codes); }
  // The sums of the rows of codes [..., Q], [..., D].
  torch::Tensor sums(const torch::Tensor& codes) const { return rows(codes).sum(-2); }

  int64_t num_codes() const { return counts_.size(0); }

  // Random choices of a step of learning for N vectors: their copies, R = N·ceil(K / N), are what
  // rows that nobody uses begin anew with.
  struct Restart {
    torch::Tensor noise_RD;       // uniform in 0..1
    torch::Tensor permutation_R;  // int64
  };
  // Learns from vectors [N, D] that have these codes [N]: moving averages with `decay`, by the rule
  // of specs/unifork.md §4.5. Throws `Error` if the random choices are not of those sizes.
  void learn(const torch::Tensor& x_ND, const torch::Tensor& codes_N, const Restart& restart,
             double decay = 0.99, double eps = 1e-5);

 private:
  torch::Tensor nearest(const torch::Tensor& x_ND, const torch::Tensor& rows_KD,
                        const torch::Tensor& squares_K) const;

  torch::Tensor weight_;  // [K + 1, D]; the last row stands for no code
  torch::Tensor counts_, sums_;
};
TORCH_MODULE(Codebook);

}  // namespace unipic::vila_u
