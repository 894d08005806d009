#pragma once

#include "backbones/clip_text/config.h"
#include "backbones/kl_vae/config.h"
#include "backbones/sd3/config.h"
#include "backbones/t5/config.h"
#include "convert/weight_source.h"

// Sizes of networks from the names and shapes of their tensors, for checkpoint files, which come
// without configs. All throw `Error` for a tensor that is missing, sizes that do not divide, or a
// network out of bounds.

namespace unipic::unipic2 {

enum class Clip { kL, kG };

// What of a checkpoint file neither names nor shapes tell: as published.
struct UnstatedFacts {
  int64_t clip_head_dim = 64;
  int64_t vae_norm_groups = 32;
  double latent_scale = 1.5305, latent_shift = 0.0609;
  double schedule_shift = 3.0;
};

// From the names of Stability's files (weights.h).
sd3::Config infer_transformer(const convert::WeightSource& file);

// CLIP-L's approximate GELU, its text unprojected; CLIP-G's exact one, projected.
clip_text::Config infer_clip(const convert::WeightSource& file, Clip which,
                             const UnstatedFacts& facts);

t5::Config infer_t5(const convert::WeightSource& file);

kl_vae::Config infer_vae(const convert::WeightSource& file, const UnstatedFacts& facts);

}  // namespace unipic::unipic2
