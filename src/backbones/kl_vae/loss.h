#pragma once

#include <torch/types.h>

#include "backbones/kl_vae/model.h"

// B batch, H height, W width.

namespace unipic::kl_vae {

// What the parts of the loss weigh.
struct LossWeights {
  double absolute = 1.0;
  double squared = 1.0;
  double edges = 0.5;
  double kl = 1e-4;

  template <typename Visitor>
  void visit(Visitor& v) {
    v.field("absolute", absolute, "weight of the absolute error of pixels");
    v.field("squared", squared, "weight of their squared error");
    v.field("edges", edges, "weight of the absolute error of differences between neighbours");
    v.field("kl", kl, "weight of the divergence from a standard normal, a latent number");
  }
};

struct LossParts {
  torch::Tensor total, absolute, squared, edges, kl;  // scalars, unweighted but for the total
  torch::Tensor copy_B3HW;                            // the reconstruction
};

// The loss of reconstructing pixels [B, 3, H, W] in -1..1 through latents drawn with `noise`,
// standard normal of the latents' shape (Kingma and Welling 2014, with a small weight of the
// divergence as in Rombach et al. 2022).
LossParts reconstruction_loss(const Autoencoder& vae, const torch::Tensor& pixels_B3HW,
                              const torch::Tensor& noise_BZhw, const LossWeights& weights);

// Rescales and shifts the latents so that over the pictures of `pixels_B3HW` each channel has mean
// 0 and deviation `deviation`, by folding the change into the convolutions around them: what the
// autoencoder computes from pixels to pixels stays the same.
void whiten_latents(Autoencoder& vae, const torch::Tensor& pixels_B3HW, double deviation);

}  // namespace unipic::kl_vae
