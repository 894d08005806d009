#pragma once

#include <torch/types.h>

#include <cstdint>
#include <vector>

#include "models/unipic1/diffusion_head.h"

// P pictures, L tokens of each, n of them predicted in one iteration, C latent channels.

namespace unipic::unipic1 {

// Where a generation takes its random numbers from.
class Draws {
 public:
  virtual ~Draws() = default;

  // For every picture the order in which its tokens are revealed, last first: int64 [P, L].
  virtual torch::Tensor orders(int64_t num_tokens) = 0;

  // The noise for the tokens at `positions_Pn` (ascending), predicted in `iteration`; rows are
  // picture-major, [P·n, C].
  virtual HeadNoise head_noise(int64_t iteration, const torch::Tensor& positions_Pn) = 0;

  // From now on only these pictures are asked for, in this order.
  virtual void keep(const std::vector<int64_t>& pictures) = 0;
};

// Draws of each picture from its own seed alone: they depend neither on the other pictures of the
// batch nor on the number of iterations, threads or the device.
class SeededDraws : public Draws {
 public:
  SeededDraws(std::vector<uint64_t> seeds, int64_t channels, torch::Device device);

  torch::Tensor orders(int64_t num_tokens) override;
  HeadNoise head_noise(int64_t iteration, const torch::Tensor& positions_Pn) override;
  void keep(const std::vector<int64_t>& pictures) override;

 private:
  torch::Tensor noise(uint32_t purpose, uint32_t step, const torch::Tensor& positions_Pn) const;

  std::vector<uint64_t> seeds_;
  int64_t channels_;
  torch::Device device_;
};

}  // namespace unipic::unipic1
