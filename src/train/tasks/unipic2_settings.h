#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/unipic2/training_draws.h"
#include "nn/lora.h"
#include "train/tasks/mix.h"

namespace unipic::train {

struct UniPic2Settings {
  std::string llm = {};
  std::vector<std::string> train = {"transformer"};
  int64_t size = 512;
  bool buckets = false;
  double max_aspect = 2.0;
  double unconditional = 0.1;
  int64_t t5_tokens = 256;
  unipic2::NoiseLevels noise_levels = unipic2::NoiseLevels::kUniform;
  nn::LoraConfig lora;  // the recipe's group `lora`
  std::vector<Mix> mix = {{}};
  int64_t held_out = 64;
  std::vector<std::string> show = {"a photo of a red apple", "a photo of two dogs"};
  int64_t show_edits = 0;
  int64_t show_steps = 20;
  double show_guidance = 3.5;

  template <typename Visitor>
  void visit(Visitor& v) {
    v.field("llm", llm,
            "folder of a Metaquery's Qwen2.5-VL; empty: the one in the model's own folder");
    v.field("train", train,
            "which parts learn: transformer; of a Metaquery also conditioner (queries, connector "
            "and projectors), llm and vision; of a Kontext text_encoder, text_encoder_2 and "
            "text_encoder_3");
    v.field("size", size, "pixels a side of the pictures");
    v.field("buckets", buckets,
            "learn from pictures in their own shapes, at about as many pixels, instead of squares");
    v.field("max_aspect", max_aspect, "of the longer side to the shorter one of a bucket");
    v.field("unconditional", unconditional, "share of prompts left out, for guidance");
    v.field("t5_tokens", t5_tokens, "of a prompt that T5 sees");
    v.field("noise_levels", noise_levels, "uniform or logit normal, in the shifted schedule");
    v.tables("mix", mix, "what a step learns");
    v.field("held_out", held_out, "samples for the standing measurements; 0 for none");
    v.field("show", show, "prompts that are drawn while training");
    v.field("show_edits", show_edits, "edits that are made while training, after the pictures");
    v.field("show_steps", show_steps, "steps from noise to such a picture");
    v.field("show_guidance", show_guidance, "how far they follow their prompts; 1: unguided");
  }
  // Throws `UsageError` on values that make no sense.
  void validate() const;
};

}  // namespace unipic::train
