#include "ops/file_tensor.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>

#include <array>
#include <cstring>
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
    return at::from_blob(
        data, view.shape, view.strides, [files](void*) {}, options);
  }
  const auto num_elements = static_cast<int64_t>(view.bytes.size() / alignment);
  const auto copy = at::empty({num_elements}, options);
  std::memcpy(copy.data_ptr(), data, view.bytes.size());
  return copy.as_strided(view.shape, view.strides);
}

}  // namespace unipic::ops
