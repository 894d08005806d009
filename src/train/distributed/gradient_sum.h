#pragma once

#include <torch/types.h>

#include <cstdint>
#include <functional>
#include <vector>

#include "train/distributed/buckets.h"
#include "train/distributed/process_group.h"

namespace unipic::train {

// Sums gradients over the processes of a run while the backward pass still goes on: a bucket leaves
// as soon as its gradients are complete. Buckets hold the parameters in the order in which the
// first backward pass completes them, and leave in that order on every process.
class GradientSum {
 public:
  // `group` outlives it.
  GradientSum(std::vector<torch::Tensor> parameters, ProcessGroup& group,
              int64_t bucket_bytes = kBucketBytes);
  GradientSum(const GradientSum&) = delete;
  GradientSum& operator=(const GradientSum&) = delete;
  ~GradientSum();

  // Before the last backward pass of a step; there need not be one.
  void begin();
  // After it. Every parameter that has a gradient on any process now has the sum of all on each;
  // the others have none.
  void finish();

  // Buckets of the last step that left before its backward pass was over.
  size_t num_overlapped() const { return num_overlapped_; }

 private:
  class Hook;
  struct Parameter {
    torch::Tensor tensor;
    size_t bucket = 0;
    // Of its gradient in this backward pass; a checkpointed one comes in parts.
    int64_t arrivals = 0;
    int64_t expected = 0;  // as many as in the first pass
    int64_t last_arrival = 0;
  };
  struct Bucket {
    std::vector<size_t> members;
    std::vector<torch::Tensor> parts;  // views of `whole`, one a member
    torch::Tensor whole;
    size_t num_missing = 0;
    bool has_left = false;
    bool is_stale = false;  // a gradient changed after it left
    std::function<void()> wait;
  };

  void arrived(size_t index);
  void make_buckets();
  void leave_in_order();
  void leave(Bucket& bucket);
  void resend_stale(const std::vector<double>& is_stale);

  ProcessGroup& group_;
  const int64_t bucket_bytes_;
  std::vector<Parameter> parameters_;
  std::vector<Bucket> buckets_;
  bool is_listening_ = false;
  int64_t num_arrivals_ = 0;
  size_t num_left_ = 0;
  size_t num_overlapped_ = 0;
};

}  // namespace unipic::train
