#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/unipic1/trainable.h"
#include "models/unipic1/training_draws.h"
#include "nn/lora.h"
#include "train/tasks/mix.h"

namespace unipic::train {

struct UniPic1Settings {
  std::string vae = {};
  int64_t size = 128;
  bool buckets = false;
  double max_aspect = 2.0;
  double unconditional = 0.1;
  int64_t max_length = 1024;
  double gradient_scale = 0.1;
  double mean_weight = 0.0;
  bool activation_checkpointing = false;
  unipic1::Freezing freeze;
  nn::LoraConfig lora;  // the recipe's group `lora`
  unipic1::MaskDistribution masks;
  std::vector<Mix> mix = {{}};
  int64_t held_out = 64;
  std::vector<std::string> show = {"a photo of a red apple", "a photo of two dogs"};

  template <typename Visitor>
  void visit(Visitor& v) {
    v.field("vae", vae,
            "folder of a trained VAE of the same sizes that takes the place of the model's; empty "
            "for none");
    v.field("size", size, "pixels a side of the pictures; 0 for the model's own");
    v.field("buckets", buckets,
            "draw pictures in their own shapes, at about as many pixels, instead of squares");
    v.field("max_aspect", max_aspect, "of the longer side to the shorter one of a bucket");
    v.field("unconditional", unconditional, "share of captions left out, for guidance");
    v.field("max_length", max_length, "tokens of a text; the rest is cut");
    v.field("gradient_scale", gradient_scale,
            "of the gradient into pictures that the language model is shown");
    v.field("mean_weight", mean_weight,
            "of a loss beside the diffusion head's: the squared error of foretelling hidden tokens "
            "from their conditions by a linear layer that is thrown away; 0: none");
    v.field("activation_checkpointing", activation_checkpointing,
            "compute blocks again in the backward pass: less memory, more time");
    v.group("freeze", freeze, "what keeps its weights");
    v.group("masks", masks, "how much of a picture is hidden");
    v.tables("mix", mix, "what a step learns");
    v.field("held_out", held_out, "samples for the standing measurements; 0 for none");
    v.field("show", show, "prompts that are drawn while training");
  }
  // Throws `UsageError` on values that make no sense.
  void validate() const;
};

}  // namespace unipic::train
