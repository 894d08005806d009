#pragma once

#include "models/unipic1/model.h"

namespace unipic::unipic1 {

// Gives every parameter fp32 weights to start training from, a pure function of `seed`: matrices
// keep the size of what passes through them, what is added to a residual stream is scaled down with
// its depth, and the diffusion head starts as a head that predicts zero (Peebles and Xie 2023).
void initialize(UniPic1& model, uint64_t seed);

}  // namespace unipic::unipic1
