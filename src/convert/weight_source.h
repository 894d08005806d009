#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "convert/tensor_part.h"
#include "io/tensor_view.h"
#include "ops/file_tensor.h"

namespace unipic::convert {

// The named tensors that a model can take its weights from: several files laid over each other.
class WeightSource {
 public:
  // The model's name for a file's tensor, or nothing to leave it out.
  using Rename = std::function<std::optional<std::string>(std::string_view name)>;

  // `where` names the checkpoint in messages.
  explicit WeightSource(std::string where) : where_(std::move(where)) {}

  const std::string& where() const { return where_; }

  // Adds the tensors of `file`; one whose name is taken replaces the older.
  void add(const io::TensorFile& file, const Rename& rename);

  // The same under the file's own names.
  void add(const io::TensorFile& file);

  // Adds a part of a tensor of `other` as `name`. Throws `Error` if `other` has none of that name,
  // or it does not divide so.
  void add_part(std::string name, const WeightSource& other, const TensorPart& part);

  bool contains(std::string_view name) const { return entries_.find(name) != entries_.end(); }
  // The shape of tensor `name`, or its size along `dim`. Throws `Error` if there is none.
  const std::vector<int64_t>& shape(std::string_view name) const;
  int64_t size(std::string_view name, size_t dim) const;
  // The type of tensor `name` in its file. Throws `Error` if there is none.
  io::DType dtype(std::string_view name) const { return entry(name).pieces.front().dtype; }
  // How many of `before`0`after`, `before`1`after`, ... there are.
  int64_t count(std::string_view before, std::string_view after) const;
  // Elements of all tensors.
  int64_t num_elements() const;
  // All names, ascending.
  std::vector<std::string> names() const;

  // The tensor as the file has it. Throws `Error` if there is none.
  at::Tensor tensor(std::string_view name) const;
  // Gives the memory back that reading `name` took; its bytes stay in the file.
  void forget(std::string_view name) const;

 private:
  // What one tensor consists of: pieces of the same type, one below the other.
  struct Entry {
    std::vector<io::TensorView> pieces;
    std::vector<int64_t> shape;
    ops::MappedFiles files;
  };
  const Entry& entry(std::string_view name) const;

  std::string where_;
  std::map<std::string, Entry, std::less<>> entries_;
};

}  // namespace unipic::convert
