#pragma once

#include <torch/types.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "base/run_control.h"
#include "unipic/image.h"

// B pictures, N codes each, D width of features.

namespace unipic::tar {

// Pictures that a de-tokenizer is drawing.
class DetokenizerRun {
 public:
  virtual ~DetokenizerRun() = default;

  virtual int64_t step() const = 0;
  virtual int64_t num_steps() const = 0;
  // Throws `Cancelled` when asked to stop. All steps must not be done.
  virtual void advance() = 0;
  // The picture as far as it is; once all steps are done, as it is to be.
  virtual Image picture(int64_t index) const = 0;
  // Goes on with these pictures alone, in this order.
  virtual void keep(const std::vector<int64_t>& pictures) = 0;
};

struct DetokenizerOptions {
  double guidance = 4.0;
  int64_t num_steps = 0;             // where it is not given by the picture
  std::vector<uint64_t> seeds = {};  // one a picture
};

// What makes pictures of the features that TA-Tok's decoder has for codes.
class Detokenizer {
 public:
  virtual ~Detokenizer() = default;

  // Pixels a side of what it draws.
  virtual int64_t size() const = 0;
  // Pictures of `features_BND`. Throws `UsageError` for features that it does not draw with the
  // guidance.
  virtual std::unique_ptr<DetokenizerRun> begin(const torch::Tensor& features_BND,
                                                const DetokenizerOptions& options,
                                                const RunControl& control) const = 0;
};

}  // namespace unipic::tar
