#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "base/atomic_file.h"
#include "io/tensor_view.h"

namespace unipic::io {

struct TensorSpec {
  std::string name;
  DType dtype = DType::kF32;
  std::vector<int64_t> shape = {};

  size_t num_bytes() const;
};

// Writes a file of tensors one after the other, so that none needs to be kept. The file appears
// under its name, whole and durable, only when `commit` returns.
class TensorWriter {
 public:
  virtual ~TensorWriter() = default;

  // The tensors in the order in which `write` wants them, which may differ from the order given.
  const std::vector<TensorSpec>& tensors() const { return tensors_; }
  const std::filesystem::path& path() const { return path_; }
  // Takes the next row-major bytes: the whole of the next tensor, or a part of it that the
  // following calls continue. Tensors without elements are passed over. Throws `Error` on too many
  // bytes.
  void write(std::span<const std::byte> bytes);
  // Throws `Error` if bytes of a tensor are missing.
  void commit();

 protected:
  // Throws `Error` if the file cannot be written, or a name is not UTF-8 or appears twice.
  TensorWriter(std::filesystem::path path, std::vector<TensorSpec> tensors);

  AtomicFile& file() { return file_; }

 private:
  virtual void begin(const TensorSpec& tensor) = 0;
  virtual void append(std::span<const std::byte> bytes) = 0;
  virtual void end() = 0;
  virtual void finish() = 0;

  void open_next();
  void close();

  std::filesystem::path path_;
  std::vector<TensorSpec> tensors_;
  AtomicFile file_;
  size_t next_ = 0;  // the tensor that is open, or will be
  bool is_open_ = false;
  size_t num_left_ = 0;  // bytes that the open tensor lacks
};

// The names, types and shapes of `tensors`.
std::vector<TensorSpec> specs_of(const std::map<std::string, TensorView, std::less<>>& tensors);

// Writes all of `tensors`, whose specs the writer was made from, and commits. They must be
// row-major.
void write_all(TensorWriter& writer, const std::map<std::string, TensorView, std::less<>>& tensors);

}  // namespace unipic::io
