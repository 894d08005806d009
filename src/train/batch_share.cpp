#include "train/batch_share.h"

#include "base/check.h"

namespace unipic::train {

BatchShare share_of(int64_t batch, const BatchPosition& position) {
  check_usage(batch >= position.num_ranks, "a batch of {} cannot be shared by {} processes", batch,
              position.num_ranks);
  const int64_t first = batch * position.rank / position.num_ranks;
  return {.first = first, .count = batch * (position.rank + 1) / position.num_ranks - first};
}

}  // namespace unipic::train
