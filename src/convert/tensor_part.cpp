#include "convert/tensor_part.h"

#include <utility>

#include "base/check.h"

namespace unipic::convert {
namespace {

// Elements from the first to past the last that shape and strides reach.
int64_t reach(const io::TensorView& view) {
  if (view.num_elements() == 0) return 0;
  int64_t last = 0;
  for (size_t dim = 0; dim < view.shape.size(); ++dim)
    last += (view.shape[dim] - 1) * view.strides[dim];
  return last + 1;
}

io::TensorView rows_of(const io::TensorView& whole, int64_t first, int64_t count) {
  auto rows = whole;
  rows.shape[0] = count;
  const auto size = io::size_of(whole.dtype);
  const auto num_bytes = static_cast<size_t>(reach(rows)) * size;
  const auto begin = num_bytes == 0 ? 0 : static_cast<size_t>(first * whole.strides[0]) * size;
  rows.bytes = whole.bytes.subspan(begin, num_bytes);
  return rows;
}

}  // namespace

std::vector<int64_t> whole_shape(std::span<const int64_t> shape, const TensorPart& part) {
  std::vector<int64_t> whole(shape.begin(), shape.end());
  if (part.transposes && whole.size() == 2) std::swap(whole[0], whole[1]);
  if (!whole.empty()) whole[0] *= part.num_parts;
  return whole;
}

std::vector<io::TensorView> pieces_of(const io::TensorView& whole, const TensorPart& part,
                                      std::string_view where) {
  const int64_t num_pieces = part.swaps_halves ? 2 : 1;
  const int64_t num_rows = whole.shape.empty() ? 1 : whole.shape[0];
  check(num_rows % (part.num_parts * num_pieces) == 0,
        "{}: the {} rows of '{}' do not divide into {} equal parts", where, num_rows, part.name,
        part.num_parts * num_pieces);
  check(!part.transposes || whole.shape.size() == 2, "{}: '{}' has {} dimensions, a matrix has 2",
        where, part.name, whole.shape.size());
  const bool is_whole = part.num_parts * num_pieces == 1;
  const int64_t num_part_rows = num_rows / part.num_parts;
  auto view = is_whole ? whole : rows_of(whole, part.index * num_part_rows, num_part_rows);
  if (part.transposes) {
    std::swap(view.shape[0], view.shape[1]);
    std::swap(view.strides[0], view.strides[1]);
  }
  if (!part.swaps_halves) return {std::move(view)};
  const int64_t half = view.shape[0] / 2;
  return {rows_of(view, half, half), rows_of(view, 0, half)};
}

}  // namespace unipic::convert
