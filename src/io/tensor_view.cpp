#include "io/tensor_view.h"

#include <algorithm>
#include <array>

namespace unipic::io {
namespace {

struct DTypeFacts {
  std::string_view name;
  size_t size;
};

// In the order of `DType`.
constexpr std::array<DTypeFacts, 15> kFacts = {{
    {"BOOL", 1},
    {"U8", 1},
    {"I8", 1},
    {"U16", 2},
    {"I16", 2},
    {"U32", 4},
    {"I32", 4},
    {"U64", 8},
    {"I64", 8},
    {"F8_E4M3", 1},
    {"F8_E5M2", 1},
    {"F16", 2},
    {"BF16", 2},
    {"F32", 4},
    {"F64", 8},
}};

}  // namespace

size_t size_of(DType dtype) { return kFacts.at(static_cast<size_t>(dtype)).size; }
std::string_view name_of(DType dtype) { return kFacts.at(static_cast<size_t>(dtype)).name; }

std::optional<DType> dtype_named(std::string_view name) {
  const auto found = std::ranges::find(kFacts, name, &DTypeFacts::name);
  if (found == kFacts.end()) return std::nullopt;
  return static_cast<DType>(found - kFacts.begin());
}

int64_t TensorView::num_elements() const {
  int64_t count = 1;
  for (const int64_t size : shape) count *= size;
  return count;
}

bool TensorView::is_row_major() const {
  if (num_elements() == 0) return true;
  int64_t expected = 1;
  for (size_t dim = shape.size(); dim-- > 0;) {
    if (shape[dim] != 1 && strides[dim] != expected) return false;
    expected *= shape[dim];
  }
  return true;
}

}  // namespace unipic::io
