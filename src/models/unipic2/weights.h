#pragma once

#include <string>

#include "convert/renamed_weights.h"

// Where checkpoint files in the layout of Stability AI and ComfyUI (docs/formats.md) keep the
// tensors of our networks. Names are those without the prefix of the part.

namespace unipic::unipic2 {

// Of `sd3::Transformer` with so many layers.
convert::Renaming transformer_renaming(int64_t num_layers);

// Of `clip_text::TextModel`.
convert::Renaming clip_renaming(const convert::WeightSource& file);
// OpenCLIP's own parameter of that name is the transposed weight of the layer.
convert::TensorPart clip_projection(const convert::WeightSource& file);

// Of `t5::Encoder`.
convert::Renaming t5_renaming(const convert::WeightSource& file);
std::string t5_embedding(const convert::WeightSource& file);

// Of `kl_vae::Autoencoder`, whose names they are.
convert::Renaming vae_renaming();

}  // namespace unipic::unipic2
