#pragma once

#include <torch/types.h>

#include <vector>

#include "base/random_stream.h"
#include "data/scenes/labels.h"
#include "data/scenes/sampler.h"

// B batch, P pixels a side.

namespace unipic::train {

// A picture as a detector looks at it, and what it is to find: boxes in pixels of the view.
struct LabelledView {
  torch::Tensor pixels_3PP;
  std::vector<scenes::SeenObject> objects;
};

// A scene of this split as it is.
LabelledView plain_view(const SampleKey& key, scenes::Split split,
                        const scenes::Catalogue& catalogue, int64_t size);

// The same as a model might draw it: of any size and sides, some blurred, noisy, or a little off in
// brightness and colour.
LabelledView varied_view(const SampleKey& key, scenes::Split split,
                         const scenes::Catalogue& catalogue, int64_t size);

}  // namespace unipic::train
