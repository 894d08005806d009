#pragma once

#include <cstdint>

#include "data/shuffled_sources.h"
#include "text/bpe_trainer.h"

namespace unipic::train {

// Counts the texts of the first `count` samples of the first of `sources`; for one of no use
// another stands in. Throws `Error` if there is nothing of use.
void learn_texts(text::BpeTrainer& trainer, const data::ShuffledSources& sources, int64_t count);

}  // namespace unipic::train
