#include "train/distributed/buckets.h"

#include <ATen/ATen.h>

namespace unipic::train {

std::vector<std::vector<size_t>> cut_into_buckets(const std::vector<at::Tensor>& tensors,
                                                  int64_t bytes) {
  std::vector<std::vector<size_t>> buckets;
  int64_t filled = 0;
  for (size_t index = 0; index < tensors.size(); ++index) {
    const auto size = static_cast<int64_t>(tensors[index].nbytes());
    const bool fits = !buckets.empty() && filled + size <= bytes &&
                      tensors[index].scalar_type() == tensors[index - 1].scalar_type() &&
                      tensors[index].device() == tensors[index - 1].device();
    if (!fits) {
      buckets.emplace_back();
      filled = 0;
    }
    buckets.back().push_back(index);
    filled += size;
  }
  return buckets;
}

void broadcast_in_buckets(const std::vector<at::Tensor>& tensors, int64_t rank,
                          ProcessGroup& group) {
  if (group.is_alone()) return;
  const at::NoGradGuard no_grad;
  for (const auto& bucket : cut_into_buckets(tensors)) {
    std::vector<at::Tensor> parts;
    for (const size_t index : bucket) parts.push_back(tensors[index].detach().reshape({-1}));
    const auto whole = at::cat(parts);
    group.broadcast(whole, rank);
    if (group.rank() == rank) continue;
    int64_t offset = 0;
    for (const size_t index : bucket) {
      const auto& tensor = tensors[index];
      tensor.detach().copy_(whole.narrow(0, offset, tensor.numel()).view(tensor.sizes()));
      offset += tensor.numel();
    }
  }
}

}  // namespace unipic::train
