#pragma once

#include "backbones/sd3/model.h"
#include "base/json.h"
#include "models/unipic2/conditioner.h"

// Networks of UniPic 2 before their training: fp32 weights, a pure function of the seed, and the
// config.json that goes with them.

namespace unipic::unipic2 {

// Blocks that start as the identity and a velocity of zero (Peebles and Xie 2023); neighbouring
// places of the table of positions are `position_step` apart.
void initialize(sd3::Transformer& transformer, uint64_t seed, double position_step);

// Queries of deviation `query_deviation`, which should be about that of the language model's
// embeddings, and the rest as specs/unipic2.md §10.2 has it.
void initialize(Conditioner& conditioner, uint64_t seed, double query_deviation);

// The positions that published tables hold (specs/unipic2.md §6.1), [1, side · side, dim].
torch::Tensor position_table(int64_t side, int64_t dim, double step);

Json config_to_json(const sd3::Config& config);
Json config_to_json(const ConditionerConfig& config);

}  // namespace unipic::unipic2
