#include "io/tensor_writer.h"

#include <set>
#include <string_view>
#include <utility>

#include "base/check.h"
#include "io/printable.h"
#include "io/tensor_shape.h"

namespace unipic::io {
namespace {

void check_names(const std::filesystem::path& path, const std::vector<TensorSpec>& tensors) {
  std::set<std::string_view> names;
  for (const auto& tensor : tensors) {
    const auto where = fmt::format("{}: tensor '{}'", path.string(), printable(tensor.name));
    check(is_utf8(tensor.name), "{} has a name that is not UTF-8", where);
    check(names.insert(tensor.name).second, "{} appears twice", where);
    checked_num_bytes(tensor.dtype, tensor.shape, where);
  }
}

}  // namespace

size_t TensorSpec::num_bytes() const { return checked_num_bytes(dtype, shape, name); }

TensorWriter::TensorWriter(std::filesystem::path path, std::vector<TensorSpec> tensors)
    : path_((check_names(path, tensors), std::move(path))),
      tensors_(std::move(tensors)),
      file_(path_) {}

void TensorWriter::write(std::span<const std::byte> bytes) {
  if (bytes.empty()) return;
  open_next();
  check(is_open_, "{}: {} bytes after the last tensor", path_.string(), bytes.size());
  check(bytes.size() <= num_left_, "{}: {} bytes for tensor '{}', which lacks {} of {}",
        path_.string(), bytes.size(), printable(tensors_[next_].name), num_left_,
        tensors_[next_].num_bytes());
  append(bytes);
  num_left_ -= bytes.size();
  if (num_left_ == 0) close();
}

void TensorWriter::commit() {
  open_next();
  if (is_open_) {
    throw Error(fmt::format("{}: tensor '{}' lacks {} of its bytes", path_.string(),
                            printable(tensors_[next_].name), num_left_));
  }
  finish();
  file_.commit();
}

void TensorWriter::open_next() {
  while (!is_open_ && next_ < tensors_.size()) {
    begin(tensors_[next_]);
    is_open_ = true;
    num_left_ = tensors_[next_].num_bytes();
    if (num_left_ == 0) close();
  }
}

void TensorWriter::close() {
  end();
  is_open_ = false;
  ++next_;
}

std::vector<TensorSpec> specs_of(const std::map<std::string, TensorView, std::less<>>& tensors) {
  std::vector<TensorSpec> specs;
  specs.reserve(tensors.size());
  for (const auto& [name, view] : tensors) specs.push_back({name, view.dtype, view.shape});
  return specs;
}

void write_all(TensorWriter& writer,
               const std::map<std::string, TensorView, std::less<>>& tensors) {
  for (const auto& spec : writer.tensors()) {
    const auto& view = tensors.at(spec.name);
    check(view.is_row_major(),
          "{}: tensor '{}' is not row-major, so it cannot be written as it lies",
          writer.path().string(), printable(spec.name));
    writer.write(view.bytes);
  }
  writer.commit();
}

}  // namespace unipic::io
