#include "convert/renamed_weights.h"

#include <map>

#include "convert/load_weights.h"

namespace unipic::convert {

WeightSource renamed_weights(const torch::nn::Module& module, const WeightSource& file,
                             const Renaming& renaming) {
  WeightSource renamed(file.where());
  WeightFit fit;
  std::map<std::string, bool> fits;  // by names in the file; several slots may be parts of one
  for (const auto& slot : weight_slots(module)) {
    const auto part = renaming.part_of(slot.key());
    const auto [known, is_new] = fits.try_emplace(part.name);
    if (is_new) known->second = fit.note(file, part.name, whole_shape(slot.value().sizes(), part));
    if (known->second) renamed.add_part(slot.key(), file, part);
  }
  for (auto& name : file.names()) {
    const bool is_idle = renaming.is_idle && renaming.is_idle(name);
    if (!is_idle && !fits.contains(name)) fit.left_over.push_back(std::move(name));
  }
  check_fit(fit, file.where());
  check_nothing_left_over(fit, file.where());
  return renamed;
}

}  // namespace unipic::convert
