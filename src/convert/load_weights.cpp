#include "convert/load_weights.h"

#include <fmt/ranges.h>

#include <set>

#include "base/check.h"
#include "convert/int8_tensors.h"

namespace unipic::convert {
namespace {

constexpr size_t kNamesShown = 3;

std::string shape_text(torch::IntArrayRef shape) {
  return fmt::format("[{}]", fmt::join(shape, ", "));
}

// "3 tensors are missing: a, b, ..." in one line.
std::string summary(const std::vector<std::string>& items, std::string_view what) {
  const std::vector<std::string> shown(items.begin(),
                                       items.begin() + std::min(items.size(), kNamesShown));
  return fmt::format("{} tensor{} {}: {}{}", items.size(), items.size() == 1 ? "" : "s", what,
                     fmt::join(shown, "; "), items.size() > kNamesShown ? "; ..." : "");
}

// A matrix is also the weight of a convolution that sees one pixel at a time, and the reverse.
bool fits(torch::IntArrayRef stored, torch::IntArrayRef wanted) {
  const auto is_pointwise = [](torch::IntArrayRef matrix, torch::IntArrayRef conv) {
    return matrix.size() == 2 && conv.size() == 4 &&
           conv == torch::IntArrayRef({matrix[0], matrix[1], 1, 1});
  };
  return stored == wanted || is_pointwise(stored, wanted) || is_pointwise(wanted, stored);
}

torch::Tensor converted(const WeightSource& source, const std::string& name,
                        const LoadOptions& options) {
  const auto stored = plain_weight(source, name);
  const auto tensor = stored.to(options.device, options.dtype).contiguous();
  // A copy was made: the pages of the file need not stay in memory beside it.
  if (!tensor.is_alias_of(stored)) source.forget(name);
  return tensor;
}

// What weights are computed from: other types, such as 8-bit floats, only mean something together
// with scales.
bool is_weight_type(io::DType dtype) {
  return dtype == io::DType::kF16 || dtype == io::DType::kBF16 || dtype == io::DType::kF32 ||
         dtype == io::DType::kF64;
}

}  // namespace

torch::OrderedDict<std::string, torch::Tensor> weight_slots(const torch::nn::Module& module) {
  auto slots = module.named_parameters();
  for (auto& buffer : module.named_buffers()) slots.insert(buffer.key(), buffer.value());
  return slots;
}

bool WeightFit::note(const WeightSource& source, const std::string& name,
                     torch::IntArrayRef shape) {
  if (!source.contains(name)) {
    missing.push_back(name);
    return false;
  }
  const bool has_shape = fits(source.shape(name), shape);
  if (!has_shape) {
    misshapen.push_back(fmt::format("'{}' is {}, the model needs {}", name,
                                    shape_text(source.shape(name)), shape_text(shape)));
  }
  const bool has_type = is_weight_type(source.dtype(name)) || is_int8(source, name);
  if (!has_type)
    mistyped.push_back(fmt::format("'{}' is {}", name, io::name_of(source.dtype(name))));
  return has_shape && has_type;
}

void check_fit(const WeightFit& fit, std::string_view where) {
  check(fit.missing.empty(), "{}: {}", where, summary(fit.missing, "missing"));
  check(fit.misshapen.empty(), "{}: {}", where, summary(fit.misshapen, "of another shape"));
  check(fit.mistyped.empty(), "{}: {}", where,
        summary(fit.mistyped, "in a type that is not read (F16, BF16 and F32 are)"));
}

void check_nothing_left_over(const WeightFit& fit, std::string_view where) {
  check(fit.left_over.empty(), "{}: {}", where,
        summary(fit.left_over, "that this network does not have"));
}

WeightFit fit_weights(const torch::nn::Module& module, const WeightSource& source) {
  WeightFit fit;
  std::set<std::string> wanted;
  for (const auto& slot : weight_slots(module)) {
    const auto& name = slot.key();
    wanted.insert(name);
    fit.note(source, name, slot.value().sizes());
    if (source.contains(name) && is_int8(source, name)) wanted.insert(scales_name(name));
  }
  for (auto& name : source.names()) {
    if (!wanted.contains(name)) fit.left_over.push_back(std::move(name));
  }
  return fit;
}

std::vector<std::string> load_weights(torch::nn::Module& module, const WeightSource& source,
                                      const LoadOptions& options) {
  auto fit = fit_weights(module, source);
  if (options.wants)
    std::erase_if(fit.missing, [&](const std::string& name) { return !options.wants(name); });
  check_fit(fit, source.where());
  torch::NoGradGuard no_grad;
  for (auto& slot : weight_slots(module)) {
    const auto& name = slot.key();
    if (options.wants && !options.wants(name)) continue;
    const bool is_taken = options.take_int8 && is_int8(source, name) &&
                          options.take_int8(name, int8_weight(source, name));
    if (!is_taken)
      slot.value().set_data(converted(source, name, options).view(slot.value().sizes()));
  }
  return std::move(fit.left_over);
}

void unload_weights(torch::nn::Module& module, const WeightSource& source,
                    const std::function<bool(const std::string& name)>& wants) {
  torch::NoGradGuard no_grad;
  for (auto& slot : weight_slots(module)) {
    if (!wants(slot.key())) continue;
    const auto options = slot.value().options();
    slot.value().set_data(torch::empty({1}, options).expand(slot.value().sizes()));
    if (source.contains(slot.key())) source.forget(slot.key());
  }
}

}  // namespace unipic::convert
