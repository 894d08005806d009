#pragma once

#include <string>

#include "backbones/vila_u/config.h"
#include "convert/weight_source.h"

// Sizes that the tensors of a checkpoint tell, whose names begin with `prefix`. What they do not
// stays the default's. Both throw `Error` for what is missing or out of bounds.

namespace unipic::vila_u {

// Of a SigLIP tower ("embeddings.", "encoder."); heads are as wide as SigLIP-large's.
siglip::Config infer_vision(const convert::WeightSource& weights, const std::string& prefix);

// Of the depth transformer, with so many heads.
DepthConfig infer_depth(const convert::WeightSource& weights, const std::string& prefix,
                        int64_t num_heads);

}  // namespace unipic::vila_u
