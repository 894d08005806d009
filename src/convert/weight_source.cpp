#include "convert/weight_source.h"

#include <ATen/ops/cat.h>

#include "base/check.h"

namespace unipic::convert {

void WeightSource::add(const io::TensorFile& file, const Rename& rename) {
  for (const auto& [name, view] : file.tensors) {
    if (auto renamed = rename(name))
      entries_.insert_or_assign(*std::move(renamed), Entry{{view}, view.shape, file.files});
  }
}

void WeightSource::add(const io::TensorFile& file) {
  add(file, [](std::string_view name) { return std::optional(std::string(name)); });
}

void WeightSource::add_part(std::string name, const WeightSource& other, const TensorPart& part) {
  const auto& whole = other.entry(part.name);
  check(whole.pieces.size() == 1, "{}: '{}' is made of parts itself", other.where(), part.name);
  auto pieces = pieces_of(whole.pieces.front(), part, other.where());
  auto shape = pieces.front().shape;
  for (size_t piece = 1; piece < pieces.size(); ++piece) shape[0] += pieces[piece].shape[0];
  entries_.insert_or_assign(std::move(name),
                            Entry{std::move(pieces), std::move(shape), whole.files});
}

const WeightSource::Entry& WeightSource::entry(std::string_view name) const {
  const auto found = entries_.find(name);
  check(found != entries_.end(), "{}: tensor '{}' is missing", where_, name);
  return found->second;
}

const std::vector<int64_t>& WeightSource::shape(std::string_view name) const {
  return entry(name).shape;
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
  for (const auto& [name, entry] : entries_) {
    for (const auto& piece : entry.pieces) sum += piece.num_elements();
  }
  return sum;
}

std::vector<std::string> WeightSource::names() const {
  std::vector<std::string> names;
  for (const auto& [name, entry] : entries_) names.push_back(name);
  return names;
}

at::Tensor WeightSource::tensor(std::string_view name) const {
  const auto& [pieces, shape, files] = entry(name);
  if (pieces.size() == 1) return ops::tensor_from_file(pieces.front(), files);
  std::vector<at::Tensor> tensors;
  for (const auto& piece : pieces) tensors.push_back(ops::tensor_from_file(piece, files));
  return at::cat(tensors);
}

void WeightSource::forget(std::string_view name) const {
  const auto& [pieces, shape, files] = entry(name);
  for (const auto& piece : pieces) {
    for (const auto& file : files) {
      const auto bytes = file->bytes();
      const auto* end = bytes.data() + bytes.size();
      if (piece.bytes.data() >= bytes.data() && piece.bytes.data() < end) file->forget(piece.bytes);
    }
  }
}

}  // namespace unipic::convert
