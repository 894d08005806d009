#pragma once

#include <string>
#include <vector>

#include "models/unipic1/model.h"
#include "optim/parameters.h"

namespace unipic::unipic1 {

// Which parts keep their weights (specs/unipic1.md §6.4). The VAE and the vision tower always do.
struct Freezing {
  bool llm = false;
  bool mar = false;          // encoder, decoder and diffusion head
  bool mar_decoder = false;  // the decoder and the position tables behind it
  bool vision_proj = true;

  template <typename Visitor>
  void visit(Visitor& v) {
    v.field("llm", llm, "keep the language model as it is");
    v.field("mar", mar, "keep the masked autoregressive model and its head as they are");
    v.field("mar_decoder", mar_decoder, "keep the MAR decoder and its positions as they are");
    v.field("vision_proj", vision_proj, "keep the projection of SigLIP2 features as it is");
  }
};

// A model of its own in fp32 with the weights of `model`. Throws `Error` if our own kernels have
// taken those over.
UniPic1 trainable_copy(const UniPic1& model);

// A model of its own whose weights lie in the memory of `model`'s.
UniPic1 shared_copy(const UniPic1& model);

// Sets which parameters take a gradient.
void freeze(UniPic1& model, const Freezing& freezing);

// The parameters that take a gradient, in two groups: decayed, and not (one-dimensional ones,
// biases, and the diffusion head; §6.3).
std::vector<optim::ParameterGroup> parameter_groups(const UniPic1& model, double weight_decay);

}  // namespace unipic::unipic1
