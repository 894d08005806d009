#include "convert/weight_source.h"

#include "base/check.h"

namespace unipic::convert {

void WeightSource::add(const io::TensorFile& file, const Rename& rename) {
  for (const auto& [name, view] : file.tensors) {
    if (auto renamed = rename(name))
      views_.insert_or_assign(*std::move(renamed), Entry{view, file.files});
  }
}

void WeightSource::add(const io::TensorFile& file) {
  add(file, [](std::string_view name) { return std::optional(std::string(name)); });
}

const WeightSource::Entry& WeightSource::entry(std::string_view name) const {
  const auto found = views_.find(name);
  check(found != views_.end(), "{}: tensor '{}' is missing", where_, name);
  return found->second;
}

const std::vector<int64_t>& WeightSource::shape(std::string_view name) const {
  return entry(name).view.shape;
}

int64_t WeightSource::size(std::string_view name, size_t dim) const {
  const auto& sizes = shape(name);
  check(dim < sizes.size(), "{}: tensor '{}' has {} dimensions, at least {} are expected", where_,
        name, sizes.size(), dim + 1);
  return sizes[dim];
}

int64_t WeightSource::count(std::string_view before, std::string_view after) const {
  int64_t count = 0;
  while (contains(fmt::format("{}{}{}", before, count, after))) ++count;
  return count;
}

int64_t WeightSource::num_elements() const {
  int64_t sum = 0;
  for (const auto& [name, entry] : views_) sum += entry.view.num_elements();
  return sum;
}

std::vector<std::string> WeightSource::names() const {
  std::vector<std::string> names;
  for (const auto& [name, entry] : views_) names.push_back(name);
  return names;
}

at::Tensor WeightSource::tensor(std::string_view name) const {
  const auto& [view, files] = entry(name);
  return ops::tensor_from_file(view, files);
}

void WeightSource::forget(std::string_view name) const {
  const auto& [view, files] = entry(name);
  for (const auto& file : files) {
    const auto bytes = file->bytes();
    const auto* end = bytes.data() + bytes.size();
    if (view.bytes.data() >= bytes.data() && view.bytes.data() < end) file->forget(view.bytes);
  }
}

}  // namespace unipic::convert
