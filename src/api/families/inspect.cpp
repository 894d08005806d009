#include "api/families/inspect.h"

#include <algorithm>
#include <set>

#include "base/check.h"
#include "io/tensor_view.h"

namespace unipic::api {

std::string joined(const std::vector<std::string>& items) {
  constexpr size_t kMost = 20;
  std::string text;
  for (size_t index = 0; index < std::min(items.size(), kMost); ++index) {
    text += (index == 0 ? "" : ", ") + items[index];
  }
  return items.size() > kMost ? fmt::format("{}, ... ({} in all)", text, items.size()) : text;
}

std::string fit_text(const convert::WeightFit& fit) {
  if (!fit.missing.empty()) return fmt::format("{} tensors are missing", fit.missing.size());
  if (!fit.misshapen.empty())
    return fmt::format("{} tensors are of another shape", fit.misshapen.size());
  return "complete";
}

std::string dtypes_of(const convert::WeightSource& weights) {
  std::set<std::string> dtypes;
  for (const auto& name : weights.names()) dtypes.emplace(io::name_of(weights.dtype(name)));
  return joined({dtypes.begin(), dtypes.end()});
}

void add_tensors(const convert::WeightSource& weights, const std::string& prefix,
                 std::vector<TensorInfo>& tensors) {
  for (const auto& name : weights.names()) {
    const auto dtype = weights.dtype(name);
    int64_t num_elements = 1;
    for (const int64_t size : weights.shape(name)) num_elements *= size;
    tensors.push_back({prefix + name, std::string(io::name_of(dtype)), weights.shape(name),
                       static_cast<uint64_t>(num_elements) * io::size_of(dtype)});
  }
}

void add_part(Inspection& found, const std::string& name, const std::string& sizes,
              const torch::nn::Module& network, const convert::WeightSource& weights) {
  const auto fit = convert::fit_weights(network, weights);
  found.facts.emplace_back(name, fmt::format("{}; {:.1f} M weights, {}; {}", sizes,
                                             static_cast<double>(weights.num_elements()) / 1e6,
                                             dtypes_of(weights), fit_text(fit)));
  if (!fit.missing.empty()) found.facts.emplace_back(name + ", missing", joined(fit.missing));
  if (!fit.misshapen.empty()) found.facts.emplace_back(name + ", misshapen", joined(fit.misshapen));
  if (!fit.left_over.empty()) found.facts.emplace_back(name + ", left over", joined(fit.left_over));
  add_tensors(weights, name + "/", found.tensors);
}

}  // namespace unipic::api
