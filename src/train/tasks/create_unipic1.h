#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "models/unipic1/config.h"
#include "train/sources.h"

namespace unipic::train {

// The sizes of a new UniPic 1 and the parts it is made of.
struct CreateSettings {
  std::string vae;
  std::string vision;
  int64_t vocabulary = 2048;
  std::vector<std::string> texts = {"captions", "questions", "edits"};
  int64_t text_samples = 5000;
  int64_t llm_width = 256;
  int64_t llm_mlp_width = 704;
  int64_t llm_layers = 6;
  int64_t llm_heads = 8;
  int64_t llm_kv_heads = 4;
  unipic1::MarConfig mar = {.image_size = 128,
                            .buffer_size = 16,
                            .encoder_dim = 256,
                            .encoder_depth = 4,
                            .encoder_heads = 8,
                            .decoder_dim = 256,
                            .decoder_depth = 4,
                            .decoder_heads = 8,
                            .head_depth = 3,
                            .head_width = 384};
  uint64_t seed = 1;

  template <typename Visitor>
  void visit(Visitor& v) {
    v.field("vae", vae, "folder of a trained VAE");
    v.field("vision", vision, "folder of a trained SigLIP; empty makes a model without a tower");
    v.field("vocabulary", vocabulary, "most tokens to learn from the texts");
    v.field("texts", texts, "names of the [[source]]s whose texts the tokenizer learns from");
    v.field("text_samples", text_samples, "samples of each");
    v.field("llm_width", llm_width, "of the language model");
    v.field("llm_mlp_width", llm_mlp_width, "of its feed-forward layers");
    v.field("llm_layers", llm_layers, "of the language model");
    v.field("llm_heads", llm_heads, "of its attention");
    v.field("llm_kv_heads", llm_kv_heads, "heads for keys and values");
    v.field("image_size", mar.image_size, "pixels a side of the grid whose positions are learnt");
    v.field("buffer_size", mar.buffer_size, "buffer tokens before a picture");
    v.field("encoder_width", mar.encoder_dim, "of the MAR encoder");
    v.field("encoder_layers", mar.encoder_depth, "of the MAR encoder");
    v.field("encoder_heads", mar.encoder_heads, "of the MAR encoder");
    v.field("decoder_width", mar.decoder_dim, "of the MAR decoder");
    v.field("decoder_layers", mar.decoder_depth, "of the MAR decoder");
    v.field("decoder_heads", mar.decoder_heads, "of the MAR decoder");
    v.field("head_width", mar.head_width, "of the diffusion head");
    v.field("head_layers", mar.head_depth, "of the diffusion head");
    v.field("noise_copies", mar.diffusion_batch_mul, "noise levels learnt a token and step");
    v.field("sampling_steps", mar.sampling_steps, "of the diffusion head when drawing");
    v.field("seed", seed, "of the starting weights");
  }
};

// Learns a tokenizer and writes a UniPic 1 with starting weights and the given VAE as a folder that
// `unipic` opens. Throws `Error` if a part cannot be read or does not fit.
void create_unipic1(const CreateSettings& settings, const Sources& sources,
                    const std::filesystem::path& out);

}  // namespace unipic::train
