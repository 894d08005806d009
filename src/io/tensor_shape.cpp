#include "io/tensor_shape.h"

#include <fmt/ranges.h>

#include <algorithm>

#include "base/check.h"

namespace unipic::io {
namespace {

void check_shape(std::span<const int64_t> shape, std::string_view where) {
  check(shape.size() <= kMaxRank, "{} has {} dimensions, at most {} are read", where, shape.size(),
        kMaxRank);
  for (const int64_t size : shape) check(size >= 0, "{} has a negative size {}", where, size);
}

bool is_empty(std::span<const int64_t> shape) { return std::ranges::count(shape, 0) > 0; }

}  // namespace

size_t checked_num_bytes(DType dtype, std::span<const int64_t> shape, std::string_view where) {
  check_shape(shape, where);
  auto num_bytes = static_cast<int64_t>(size_of(dtype));
  for (const int64_t size : shape) {
    const bool overflows =
        __builtin_mul_overflow(num_bytes, std::max<int64_t>(size, 1), &num_bytes);
    check(!overflows, "{} is too large: {} [{}]", where, name_of(dtype), fmt::join(shape, ", "));
  }
  return is_empty(shape) ? 0 : static_cast<size_t>(num_bytes);
}

size_t checked_reach(DType dtype, std::span<const int64_t> shape, std::span<const int64_t> strides,
                     std::string_view where) {
  checked_num_bytes(dtype, shape, where);
  check(strides.size() == shape.size(), "{} has {} sizes but {} strides", where, shape.size(),
        strides.size());
  int64_t last = 0;
  for (size_t dim = 0; dim < shape.size(); ++dim) {
    check(strides[dim] >= 0, "{} has a negative stride {}", where, strides[dim]);
    int64_t step = 0;
    const bool overflows =
        __builtin_mul_overflow(std::max<int64_t>(shape[dim], 1) - 1, strides[dim], &step) ||
        __builtin_add_overflow(last, step, &last);
    check(!overflows, "{} reaches too far: strides [{}]", where, fmt::join(strides, ", "));
  }
  if (is_empty(shape)) return 0;
  int64_t reach = 0;
  const bool overflows =
      __builtin_add_overflow(last, 1, &reach) ||
      __builtin_mul_overflow(reach, static_cast<int64_t>(size_of(dtype)), &reach);
  check(!overflows, "{} reaches too far: strides [{}]", where, fmt::join(strides, ", "));
  return static_cast<size_t>(reach);
}

std::vector<int64_t> row_major_strides(std::span<const int64_t> shape) {
  std::vector<int64_t> strides(shape.size());
  int64_t stride = 1;
  for (size_t dim = shape.size(); dim-- > 0;) {
    strides[dim] = stride;
    stride *= std::max<int64_t>(shape[dim], 1);
  }
  return strides;
}

}  // namespace unipic::io
