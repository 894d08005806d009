#include "train/distributed/gradient_sum.h"

#include <torch/csrc/autograd/function_hook.h>
#include <torch/csrc/autograd/variable.h>

#include <algorithm>
#include <numeric>

namespace unipic::train {
using torch::Tensor;

class GradientSum::Hook : public torch::autograd::PostAccumulateGradHook {
 public:
  Hook(GradientSum& sum, size_t index) : sum_(sum), index_(index) {}
  void operator()(const Tensor& /*parameter*/) override { sum_.arrived(index_); }

 private:
  GradientSum& sum_;
  const size_t index_;
};

GradientSum::GradientSum(std::vector<Tensor> parameters, ProcessGroup& group, int64_t bucket_bytes)
    : group_(group), bucket_bytes_(bucket_bytes) {
  if (group_.is_alone()) return;
  for (auto& tensor : parameters) {
    const size_t index = parameters_.size();
    torch::autograd::impl::set_post_acc_grad_hooks(tensor, std::make_unique<Hook>(*this, index));
    parameters_.push_back({.tensor = std::move(tensor)});
  }
}

GradientSum::~GradientSum() {
  for (const auto& parameter : parameters_) {
    torch::autograd::impl::set_post_acc_grad_hooks(parameter.tensor, nullptr);
  }
}

void GradientSum::begin() {
  if (group_.is_alone()) return;
  is_listening_ = true;
  num_arrivals_ = 0;
  num_left_ = 0;
  for (auto& parameter : parameters_) parameter.arrivals = 0;
  for (auto& bucket : buckets_) {
    bucket.has_left = bucket.is_stale = false;
    bucket.num_missing = static_cast<size_t>(std::ranges::count_if(
        bucket.members, [&](size_t member) { return parameters_[member].expected > 0; }));
  }
  leave_in_order();
}

void GradientSum::arrived(size_t index) {
  if (!is_listening_) return;
  auto& parameter = parameters_[index];
  ++parameter.arrivals;
  parameter.last_arrival = num_arrivals_++;
  if (buckets_.empty()) return;
  auto& bucket = buckets_[parameter.bucket];
  bucket.is_stale |= bucket.has_left;
  if (parameter.arrivals == parameter.expected) {
    --bucket.num_missing;
    leave_in_order();
  }
}

void GradientSum::leave_in_order() {
  while (num_left_ < buckets_.size() && buckets_[num_left_].num_missing == 0) {
    leave(buckets_[num_left_++]);
  }
}

void GradientSum::leave(Bucket& bucket) {
  const torch::NoGradGuard no_grad;
  for (size_t place = 0; place < bucket.members.size(); ++place) {
    const auto& gradient = parameters_[bucket.members[place]].tensor.grad();
    if (gradient.defined()) {
      bucket.parts[place].copy_(gradient);
    } else {
      bucket.parts[place].zero_();
    }
  }
  bucket.wait = group_.start_sum(bucket.whole);
  bucket.has_left = true;
}

// Gradients that the pass did not touch are complete before it begins and come first.
void GradientSum::make_buckets() {
  std::vector<int64_t> order(parameters_.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, {}, [&](int64_t index) {
    const auto& parameter = parameters_[static_cast<size_t>(index)];
    return parameter.arrivals == 0 ? -1 : parameter.last_arrival;
  });
  group_.broadcast(
      torch::from_blob(order.data(), {static_cast<int64_t>(order.size())}, torch::kLong), 0);

  std::vector<Tensor> ordered;
  for (const int64_t index : order) {
    ordered.push_back(parameters_[static_cast<size_t>(index)].tensor);
  }
  for (const auto& places : cut_into_buckets(ordered, bucket_bytes_)) {
    Bucket bucket;
    int64_t length = 0;
    for (const size_t place : places) length += ordered[place].numel();
    bucket.whole = torch::empty({length}, ordered[places[0]].options().requires_grad(false));
    int64_t offset = 0;
    for (const size_t place : places) {
      const auto index = static_cast<size_t>(order[place]);
      parameters_[index].bucket = buckets_.size();
      parameters_[index].expected = parameters_[index].arrivals;
      bucket.members.push_back(index);
      bucket.parts.push_back(
          bucket.whole.narrow(0, offset, ordered[place].numel()).view(ordered[place].sizes()));
      offset += ordered[place].numel();
    }
    buckets_.push_back(std::move(bucket));
  }
}

void GradientSum::resend_stale(const std::vector<double>& is_stale) {
  for (size_t index = 0; index < buckets_.size(); ++index) {
    if (is_stale[index] == 0) continue;
    leave(buckets_[index]);
    buckets_[index].wait();
  }
}

void GradientSum::finish() {
  if (group_.is_alone()) return;
  is_listening_ = false;
  num_overlapped_ = num_left_;
  if (buckets_.empty()) make_buckets();
  while (num_left_ < buckets_.size()) leave(buckets_[num_left_++]);
  for (auto& bucket : buckets_) bucket.wait();

  std::vector<double> has_gradient;
  std::vector<double> is_stale;
  for (const auto& bucket : buckets_) {
    is_stale.push_back(bucket.is_stale ? 1 : 0);
    for (const size_t member : bucket.members) {
      has_gradient.push_back(parameters_[member].tensor.grad().defined() ? 1 : 0);
    }
  }
  has_gradient = group_.sum(std::move(has_gradient));
  resend_stale(group_.sum(std::move(is_stale)));

  const torch::NoGradGuard no_grad;
  size_t number = 0;
  for (const auto& bucket : buckets_) {
    for (size_t place = 0; place < bucket.members.size(); ++place) {
      if (has_gradient[number++] == 0) continue;
      auto& gradient = parameters_[bucket.members[place]].tensor.mutable_grad();
      if (gradient.defined()) {
        gradient.copy_(bucket.parts[place]);
      } else {
        gradient = bucket.parts[place].clone();
      }
    }
  }
}

}  // namespace unipic::train
