#include "convert/int8_tensors.h"

#include <algorithm>

#include "base/check.h"

namespace unipic::convert {
namespace {

constexpr std::string_view kScalesSuffix = "_scale";

}  // namespace

std::string scales_name(std::string_view weight_name) {
  return std::string(weight_name) + std::string(kScalesSuffix);
}

std::string_view name_before_scales(std::string_view name) {
  if (!name.ends_with(kScalesSuffix)) return {};
  return name.substr(0, name.size() - kScalesSuffix.size());
}

bool is_int8(const WeightSource& source, std::string_view name) {
  return source.dtype(name) == io::DType::kI8 && source.contains(scales_name(name));
}

bool holds_int8(const WeightSource& source) {
  const auto names = source.names();
  return std::ranges::any_of(names, [&](const auto& name) { return is_int8(source, name); });
}

ops::Int8Weight int8_weight(const WeightSource& source, std::string_view name) {
  check(is_int8(source, name), "'{}' is no weight in 8 bits", name);
  const auto& shape = source.shape(name);
  const auto scales = source.tensor(scales_name(name));
  check(shape.size() == 2 && scales.numel() == shape[0] && at::isFloatingType(scales.scalar_type()),
        "{}: '{}' in 8 bits needs one scale for each of its rows", source.where(), name);
  return {source.tensor(name), scales.to(at::kFloat).reshape({-1, 1})};
}

at::Tensor plain_weight(const WeightSource& source, std::string_view name) {
  return is_int8(source, name) ? ops::from_int8(int8_weight(source, name), at::kFloat)
                               : source.tensor(name);
}

}  // namespace unipic::convert
