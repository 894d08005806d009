#pragma once

#include <torch/types.h>

#include <utility>
#include <vector>

// B batch, G key-value heads, S cached positions, T new positions, K head width.

namespace unipic::nn {

// The keys and values a decoder has computed so far, for all its layers. Appending and cutting
// back copy nothing but the new rows as long as the capacity suffices.
class KvCache {
 public:
  explicit KvCache(int64_t num_layers) : layers_(static_cast<size_t>(num_layers)) {}

  // Positions held by every layer.
  int64_t length() const { return length_; }

  // Room for `capacity` positions from the next append on, so that the buffers are made once.
  void reserve(int64_t capacity) { capacity_ = std::max(capacity_, capacity); }

  // Writes [B, G, T, K] after the positions held and returns keys and values [B, G, S + T, K].
  // The positions count as held once `advance` is called, after the last layer.
  std::pair<torch::Tensor, torch::Tensor> append(int64_t layer, const torch::Tensor& key_BGTK,
                                                 const torch::Tensor& value_BGTK);
  void advance(int64_t num_positions) { length_ += num_positions; }

  // Forgets all positions from `length` on.
  void cut_back(int64_t length);

  // A cache whose row r is a copy of this one's row `rows[r]`.
  KvCache select_rows(const torch::Tensor& rows) const;

  // What one layer holds: [B, G, S, K] each.
  torch::Tensor keys(int64_t layer) const;
  torch::Tensor values(int64_t layer) const;

 private:
  struct Layer {
    torch::Tensor keys, values;  // [B, G, capacity, K]
  };

  std::vector<Layer> layers_;
  int64_t length_ = 0;
  int64_t capacity_ = 0;
};

}  // namespace unipic::nn
