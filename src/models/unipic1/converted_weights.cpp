#include "models/unipic1/converted_weights.h"

#include "convert/int8_tensors.h"

namespace unipic::unipic1 {
using torch::Tensor;

namespace {

constexpr std::string_view kWeight = ".weight";

}  // namespace

ConvertedWeights::ConvertedWeights(const UniPic1& model, const Checkpoint& checkpoint,
                                   const WriteOptions& options)
    : checkpoint_(checkpoint), options_(options), layers_(nn::linear_layers(*model)) {}

io::DType ConvertedWeights::dtype(const std::string& name) const {
  return ops::dtype_of(type(name));
}

Tensor ConvertedWeights::operator()(const std::string& name) const {
  const auto weight = convert::name_before_scales(name);
  if (checkpoint_.weights.contains(weight)) return int8_weight(std::string(weight)).scales_M1;
  if (type(name) == torch::kChar) return int8_weight(name, options_.on_quantized).q_MN;
  const auto tensor = changed(name).to(type(name)).contiguous();
  checkpoint_.weights.forget(name);
  return tensor;
}

torch::ScalarType ConvertedWeights::type(const std::string& name) const {
  if (!options_.dtype) return ops::scalar_type_of(checkpoint_.weights.dtype(name));
  if (*options_.dtype != torch::kChar) return *options_.dtype;
  const bool is_stacked = nn::is_in_stack(name) && nn::layer_of_weight(layers_, name) != nullptr;
  return is_stacked || convert::is_int8(checkpoint_.weights, name) ? torch::kChar
                                                                   : torch::kBFloat16;
}

const ops::LowRank* ConvertedWeights::change_of(std::string_view name) const {
  if (!name.ends_with(kWeight)) return nullptr;
  const auto change = options_.lora.find(name.substr(0, name.size() - kWeight.size()));
  return change == options_.lora.end() ? nullptr : &change->second;
}

Tensor ConvertedWeights::changed(const std::string& name) const {
  const auto stored = convert::plain_weight(checkpoint_.weights, name);
  const auto* change = change_of(name);
  return change == nullptr ? stored : ops::merged(stored, *change);
}

ops::Int8Weight ConvertedWeights::int8_weight(const std::string& name, const Report& report) const {
  if (convert::is_int8(checkpoint_.weights, name) && change_of(name) == nullptr) {
    const auto weight = convert::int8_weight(checkpoint_.weights, name);
    return {weight.q_MN.contiguous(), weight.scales_M1.contiguous()};
  }
  const auto exact_MN = changed(name);
  auto int8 = ops::to_int8(exact_MN);
  if (report) report(name, ops::relative_error(int8, exact_MN));
  checkpoint_.weights.forget(name);
  return int8;
}

}  // namespace unipic::unipic1
