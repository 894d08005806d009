#include "nn/kv_cache.h"

namespace unipic::nn {
namespace {

using torch::Tensor;

// A buffer for `capacity` positions that begins with the `length` held ones of `old`.
Tensor grown(const Tensor& old, const Tensor& rows_BGTK, int64_t length, int64_t capacity) {
  auto buffer = torch::empty({rows_BGTK.size(0), rows_BGTK.size(1), capacity, rows_BGTK.size(3)},
                             rows_BGTK.options());
  if (length > 0) buffer.narrow(2, 0, length).copy_(old.narrow(2, 0, length));
  return buffer;
}

}  // namespace

std::pair<Tensor, Tensor> KvCache::append(int64_t layer, const Tensor& key_BGTK,
                                          const Tensor& value_BGTK) {
  auto& [keys, values] = layers_.at(static_cast<size_t>(layer));
  const int64_t added = key_BGTK.size(2);
  const int64_t needed = length_ + added;
  if (!keys.defined() || keys.size(2) < needed) {
    // Growing by half keeps token-by-token decoding linear.
    const int64_t capacity = std::max({capacity_, needed, length_ + length_ / 2});
    keys = grown(keys, key_BGTK, length_, capacity);
    values = grown(values, value_BGTK, length_, capacity);
  }
  keys.narrow(2, length_, added).copy_(key_BGTK);
  values.narrow(2, length_, added).copy_(value_BGTK);
  return {keys.narrow(2, 0, needed), values.narrow(2, 0, needed)};
}

void KvCache::cut_back(int64_t length) {
  TORCH_INTERNAL_ASSERT(length >= 0 && length <= length_);
  length_ = length;
}

KvCache KvCache::select_rows(const Tensor& rows) const {
  KvCache selected(static_cast<int64_t>(layers_.size()));
  selected.length_ = length_;
  selected.capacity_ = capacity_;
  for (size_t layer = 0; layer < layers_.size(); ++layer) {
    const auto index = static_cast<int64_t>(layer);
    selected.layers_[layer] = {keys(index).index_select(0, rows),
                               values(index).index_select(0, rows)};
  }
  return selected;
}

Tensor KvCache::keys(int64_t layer) const {
  return layers_.at(static_cast<size_t>(layer)).keys.narrow(2, 0, length_);
}

Tensor KvCache::values(int64_t layer) const {
  return layers_.at(static_cast<size_t>(layer)).values.narrow(2, 0, length_);
}

}  // namespace unipic::nn
