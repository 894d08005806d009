#include "ops/file_tensor.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/set.h>

#include <array>
#include <cstring>
#include <span>
#include <utility>

#include "base/check.h"

namespace unipic::ops {
namespace {

constexpr std::array<std::pair<io::DType, at::ScalarType>, 15> kTypes = {{
    {io::DType::kBool, at::kBool},
    {io::DType::kU8, at::kByte},
    {io::DType::kI8, at::kChar},
    {io::DType::kU16, at::kUInt16},
    {io::DType::kI16, at::kShort},
    {io::DType::kU32, at::kUInt32},
    {io::DType::kI32, at::kInt},
    {io::DType::kU64, at::kUInt64},
    {io::DType::kI64, at::kLong},
    {io::DType::kF8E4M3, at::kFloat8_e4m3fn},
    {io::DType::kF8E5M2, at::kFloat8_e5m2},
    {io::DType::kF16, at::kHalf},
    {io::DType::kBF16, at::kBFloat16},
    {io::DType::kF32, at::kFloat},
    {io::DType::kF64, at::kDouble},
}};

// A storage of mapped bytes; `release` is how it is known.
void release(void* files) { delete static_cast<MappedFiles*>(files); }

at::Storage mapped_storage(std::byte* data, size_t size, const MappedFiles& files) {
  return {at::Storage::use_byte_size_t{}, size,
          at::DataPtr(data, new MappedFiles(files), release, at::kCPU),
          /*allocator=*/nullptr, /*resizable=*/false};
}

}  // namespace

at::ScalarType scalar_type_of(io::DType dtype) {
  return kTypes.at(static_cast<size_t>(dtype)).second;
}

io::DType dtype_of(at::ScalarType type) {
  for (const auto& [dtype, scalar_type] : kTypes) {
    if (scalar_type == type) return dtype;
  }
  throw Error(fmt::format("tensors of type {} cannot be stored in a file", at::toString(type)));
}

at::Tensor tensor_from_file(const io::TensorView& view, const MappedFiles& files) {
  const auto options = at::TensorOptions().dtype(scalar_type_of(view.dtype));
  auto* data = const_cast<std::byte*>(view.bytes.data());
  const size_t alignment = io::size_of(view.dtype);
  if (reinterpret_cast<uintptr_t>(data) % alignment == 0) {
    return at::empty({0}, options)
        .set_(mapped_storage(data, view.bytes.size(), files), 0, view.shape, view.strides);
  }
  const auto num_elements = static_cast<int64_t>(view.bytes.size() / alignment);
  const auto copy = at::empty({num_elements}, options);
  std::memcpy(copy.data_ptr(), data, view.bytes.size());
  return copy.as_strided(view.shape, view.strides);
}

void forget_pages(const at::Tensor& tensor) {
  if (!tensor.defined() || !tensor.has_storage()) return;
  const auto& storage = tensor.storage().data_ptr();
  if (storage.get_deleter() != release) return;
  const std::span bytes(static_cast<const std::byte*>(storage.get()), tensor.storage().nbytes());
  for (const auto& file : *static_cast<const MappedFiles*>(storage.get_context())) {
    const auto all = file->bytes();
    const bool is_inside = bytes.data() >= all.data() && bytes.data() < all.data() + all.size();
    if (is_inside) file->forget(bytes);
  }
}

}  // namespace unipic::ops
