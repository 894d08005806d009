#pragma once

#include <filesystem>
#include <string>

#include "backbones/qwen25_vision/config.h"
#include "backbones/sd3/config.h"
#include "models/unipic2/conditioner.h"
#include "train/sources.h"

namespace unipic::train {

// The sizes of a new small UniPic2-Metaquery, and the UniPic 1 that it takes its autoencoder, its
// language model and its tokenizer from.
struct CreateUniPic2Settings {
  std::string from = "assets/models/default";
  std::string source = "captions";
  int64_t size = 64;
  int64_t samples = 256;
  double shift = 3.0;
  sd3::Config transformer = {.patch_size = 1,
                             .num_layers = 6,
                             .num_heads = 4,
                             .head_dim = 64,
                             .context_dim = 256,
                             .pooled_dim = 256,
                             .max_grid_size = 16,
                             .num_dual_layers = 2};
  unipic2::ConditionerConfig conditioner = {
      .num_queries = 16, .layer = {.dim = 192, .num_heads = 6, .hidden_dim = 512}, .num_layers = 2};
  qwen25_vision::Config vision = {.hidden_size = 64,
                                  .intermediate_size = 128,
                                  .num_layers = 2,
                                  .num_heads = 4,
                                  .full_layers = {1}};
  double query_deviation = 1.0;
  uint64_t seed = 1;

  template <typename Visitor>
  void visit(Visitor& v) {
    v.field("from", from, "folder of a UniPic 1");
    v.field("source", source, "name of the [[source]] whose pictures tell how large latents are");
    v.field("size", size, "pixels a side of these pictures");
    v.field("samples", samples, "of them");
    v.field("shift", shift, "of the noise levels");
    v.field("patch_size", transformer.patch_size, "latents a side of a token");
    v.field("layers", transformer.num_layers, "of the transformer");
    v.field("dual_layers", transformer.num_dual_layers,
            "the first ones, in which the picture also attends to itself alone");
    v.field("heads", transformer.num_heads, "of its attention");
    v.field("head_width", transformer.head_dim, "of one of them");
    v.field("context_width", transformer.context_dim, "of what it is told, a token");
    v.field("pooled_width", transformer.pooled_dim, "of what it is told of the whole prompt");
    v.field("positions", transformer.max_grid_size, "tokens a side for which there are positions");
    v.field("queries", conditioner.num_queries, "that the language model answers");
    v.field("connector_width", conditioner.layer.dim, "of the layers after it");
    v.field("connector_mlp_width", conditioner.layer.hidden_dim, "of their feed-forward layers");
    v.field("connector_layers", conditioner.num_layers, "of these");
    v.field("connector_heads", conditioner.layer.num_heads, "of their attention");
    v.field("vision_width", vision.hidden_size, "of the tower that sees pictures to edit");
    v.field("vision_mlp_width", vision.intermediate_size, "of its feed-forward layers");
    v.field("vision_layers", vision.num_layers, "of the tower; the last sees whole pictures");
    v.field("vision_heads", vision.num_heads, "of its attention");
    v.field("query_deviation", query_deviation, "of the queries' starting weights");
    v.field("seed", seed, "of the starting weights");
  }
};

// Writes a Metaquery with starting weights in the published layout, with its Qwen2.5-VL in it.
// Throws `Error` if the UniPic 1 cannot be read or its autoencoder has no place in that layout.
void create_unipic2(const CreateUniPic2Settings& settings, const Sources& sources,
                    const std::filesystem::path& out);

}  // namespace unipic::train
