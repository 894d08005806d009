#pragma once

#include <cstdint>

#include "train/task.h"

namespace unipic::train {

// The part of a batch that one process takes: as even as can be.
struct BatchShare {
  int64_t first = 0;
  int64_t count = 0;
};
// Throws `UsageError` if there are fewer samples than processes.
BatchShare share_of(int64_t batch, const BatchPosition& position);

}  // namespace unipic::train
