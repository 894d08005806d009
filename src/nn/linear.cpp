#include "nn/linear.h"

#include "nn/parameter.h"
#include "ops/file_tensor.h"
#include "ops/int4_weight.h"
#include "ops/linear.h"
#include "ops/packing.h"

namespace unipic::nn {

LinearImpl::LinearImpl(int64_t in_features, int64_t out_features, LinearOptions options)
    : weight_(register_parameter("weight", placeholder({out_features, in_features}))) {
  if (options.bias) bias_ = register_parameter("bias", placeholder({out_features}));
}

torch::Tensor LinearImpl::multiply(const torch::Tensor& x) const {
  if (packed_) return ops::packed_linear(x, *packed_);
  if (!scales_M1_.defined()) return ops::linear(x, weight_, bias_);
  return ops::linear(x, ops::from_int8({weight_, scales_M1_}, x.scalar_type()), bias_);
}

torch::Tensor LinearImpl::forward(const torch::Tensor& x, ops::Activation activation) const {
  if (packed_ && !change_) return ops::packed_linear(x, *packed_, activation);
  auto y = multiply(x);
  if (change_) y = y + ops::low_rank(x, *change_);
  return ops::activate(y, activation);
}

torch::Tensor LinearImpl::forward_times(const torch::Tensor& other, const torch::Tensor& x) const {
  if (!packed_ || change_ || !other.is_contiguous()) return other * forward(x);
  ops::packed_linear_into(other, x, *packed_, {.combine = kernels::Combine::kMultiply});
  return other;
}

void LinearImpl::quantize(ops::WeightBits bits) {
  if (packed_ || scales_M1_.defined() || bits == ops::WeightBits::kAsTheType) return;
  const auto plain = weight_.detach();
  const bool is_int4 = bits == ops::WeightBits::k4 && ops::fits_int4(plain.size(1));
  set_int8(is_int4 ? ops::to_int4(plain) : ops::to_int8(plain));
}

void LinearImpl::set_int8(ops::Int8Weight weight) {
  ops::forget_pages(weight_);
  weight_.set_requires_grad(false);
  weight_.set_data(std::move(weight.q_MN));
  scales_M1_ = std::move(weight.scales_M1);
  multipliers_MG_ = std::move(weight.multipliers_MG);
}

void LinearImpl::pack() {
  const bool is_int8 = scales_M1_.defined() && weight_.is_cpu();
  if (packed_ || !(is_int8 || ops::is_packable(weight_))) return;
  packed_ = is_int8 ? ops::pack_linear(ops::Int8Weight{weight_, scales_M1_, multipliers_MG_}, bias_)
                    : ops::pack_linear(weight_, bias_);
  ops::forget_pages(weight_);
  weight_.set_data(torch::empty({0}, weight_.options()));
}

LinearLayers linear_layers(const torch::nn::Module& module) {
  LinearLayers layers;
  for (const auto& entry : module.named_modules("", /*include_self=*/false)) {
    if (auto linear = std::dynamic_pointer_cast<LinearImpl>(entry.value())) {
      layers[entry.key()] = std::move(linear);
    }
  }
  return layers;
}

LinearImpl* layer_of_weight(const LinearLayers& layers, std::string_view weight_name) {
  constexpr std::string_view kWeight = ".weight";
  if (!weight_name.ends_with(kWeight)) return nullptr;
  const auto found = layers.find(weight_name.substr(0, weight_name.size() - kWeight.size()));
  return found == layers.end() ? nullptr : found->second.get();
}

void pack_linears(const torch::nn::Module& module) {
  for (const auto& [name, linear] : linear_layers(module)) linear->pack();
}

bool is_in_stack(std::string_view name) {
  for (const std::string_view stack : {"layers.", "blocks."}) {
    const size_t begin = name.find(stack);
    if (begin == std::string_view::npos) continue;
    const size_t number = begin + stack.size();
    if (number < name.size() && name[number] >= '0' && name[number] <= '9') return true;
  }
  return false;
}

void quantize_linears(const torch::nn::Module& module, ops::WeightBits bits) {
  for (const auto& [name, linear] : linear_layers(module)) {
    if (is_in_stack(name)) linear->quantize(bits);
  }
}

EmbeddingImpl::EmbeddingImpl(int64_t num_rows, int64_t dim)
    : weight_(register_parameter("weight", placeholder({num_rows, dim}))) {}

torch::Tensor EmbeddingImpl::forward(const torch::Tensor& ids) const {
  return torch::embedding(weight_, ids);
}

SiluMlpImpl::SiluMlpImpl(int64_t in_features, int64_t hidden_features, int64_t out_features)
    : in_(register_module("0", Linear(in_features, hidden_features))),
      out_(register_module("2", Linear(hidden_features, out_features))) {}

torch::Tensor SiluMlpImpl::forward(const torch::Tensor& x) const {
  return out_->forward(in_->forward(x, ops::Activation::kSilu));
}

}  // namespace unipic::nn
