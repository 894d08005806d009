#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "models/unipic1/write_checkpoint.h"
#include "nn/linear.h"
#include "ops/int8_weight.h"

// M outputs, N inputs.

namespace unipic::unipic1 {

// The tensors of a checkpoint as `write_converted` writes them: changed, and of the wanted types.
class ConvertedWeights {
 public:
  // All three must outlive this.
  ConvertedWeights(const UniPic1& model, const Checkpoint& checkpoint, const WriteOptions& options);

  io::DType dtype(const std::string& name) const;
  // A weight, or the scales of one in 8 bits.
  torch::Tensor operator()(const std::string& name) const;

 private:
  using Report = std::function<void(const std::string& name, double relative_error)>;

  torch::ScalarType type(const std::string& name) const;
  const ops::LowRank* change_of(std::string_view name) const;  // or null
  torch::Tensor changed(const std::string& name) const;
  ops::Int8Weight int8_weight(const std::string& name, const Report& report = {}) const;

  const Checkpoint& checkpoint_;
  const WriteOptions& options_;
  nn::LinearLayers layers_;
};

}  // namespace unipic::unipic1
