#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "train/batch_reader.h"
#include "train/sources.h"
#include "train/task.h"

namespace unipic::train {

// One kind of micro-batch; a step runs each `repeat` times (specs/unipic1.md §6.1).
struct Mix {
  std::string loss = "text2image";
  std::string source = "captions";
  int64_t batch = 32;
  int64_t repeat = 1;
  double weight = 1.0;

  template <typename Visitor>
  void visit(Visitor& v) {
    v.field("loss", loss,
            "text2image, image_edit, and of unipic1 image2text, vision2text (by the vision tower) "
            "or text (questions without pictures)");
    v.field("source", source, "name of the [[source]] that samples come from");
    v.field("batch", batch, "samples of a micro-batch, over all processes");
    v.field("repeat", repeat, "micro-batches of this kind a step");
    v.field("weight", weight, "of the loss");
  }
};

// Throws `UsageError`, in which `group` is the recipe's, if there is no mix or one of them makes no
// sense.
void validate(const std::vector<Mix>& mixes, std::string_view group,
              const std::set<std::string>& losses);

// The source of the first mix with that loss; empty if there is none.
std::string source_of_loss(const std::vector<Mix>& mixes, std::string_view loss);

// Which random numbers a micro-batch takes: those of the samples of `draw` from `first` on.
struct DrawRange {
  uint64_t draw = 0;
  int64_t first = 0;
};

// Whether sample `number` of a draw is learnt from without its text, as so large a `share` is.
bool leaves_text_out(uint64_t seed, uint64_t draw, int64_t number, double share);

// The micro-batches of a step, by their numbers.
class MixedBatches {
 public:
  using PreparationOf = std::function<data::Preparation(const Mix& mix)>;

  // Throws `UsageError` if a mix names no source.
  MixedBatches(std::vector<Mix> mixes, const Sources& sources, uint64_t seed,
               const std::shared_ptr<BackgroundThreads>& threads,
               const PreparationOf& preparation_of);

  int64_t a_step() const;

  struct Batch {
    const Mix* mix = nullptr;
    SampleBatch read;
    DrawRange range;
    int64_t count = 0;  // of this process's samples
  };
  Batch read(const BatchPosition& position);

 private:
  struct Part {
    size_t mix;
    int64_t repeat;  // which of the mix's micro-batches
  };
  Part part_of(int64_t micro_batch) const;

  std::vector<Mix> mixes_;
  std::vector<BatchReader> readers_;  // one a mix
};

// What a task returns for `batch`: `result` with its weight, counts and what was left out.
MicroBatchLoss weighted(MicroBatchLoss result, MixedBatches::Batch& batch);

}  // namespace unipic::train
