#include "kernels/cpu/conv2d.h"

#include <algorithm>

#include "kernels/cpu/aligned_buffer.h"
#include "kernels/cpu/ceil_divide.h"

namespace unipic::kernels {
namespace {

// Output pixels at a time: what they see stays in the second cache while the weight passes.
constexpr int64_t kSegment = 192;

// Pixels of the pictures as the kernel sees them.
class Places {
 public:
  Places(const uint16_t* x, const ConvShape& shape) : x_(x), shape_(shape) {}

  // Writes what the output pixel `index` is made from: [kernel, kernel, C].
  void gather(int64_t index, uint16_t* out) const {
    const int64_t column = index % shape_.out_width() * shape_.stride - shape_.padding;
    const int64_t rows_before = index / shape_.out_width();
    const int64_t row = rows_before % shape_.out_height() * shape_.stride - shape_.padding;
    const int64_t picture = rows_before / shape_.out_height();
    const int64_t row_size = shape_.kernel * shape_.channels;
    for (int64_t y = row; y < row + shape_.kernel; ++y, out += row_size) {
      if (y < 0 || y >= shape_.height * shape_.repeat) {
        std::fill_n(out, row_size, uint16_t{0});
      } else {
        gather_row(picture * shape_.height + y / shape_.repeat, column, out);
      }
    }
  }

 private:
  // Of row `row` of all pictures the pixels from `column` on.
  void gather_row(int64_t row, int64_t column, uint16_t* out) const {
    const int64_t width = shape_.width * shape_.repeat;
    const uint16_t* pixels = x_ + row * shape_.width * shape_.channels;
    if (shape_.repeat == 1 && column >= 0 && column + shape_.kernel <= width) {
      std::copy_n(pixels + column * shape_.channels, shape_.kernel * shape_.channels, out);
      return;
    }
    for (int64_t x = column; x < column + shape_.kernel; ++x, out += shape_.channels) {
      if (x < 0 || x >= width) {
        std::fill_n(out, shape_.channels, uint16_t{0});
      } else {
        std::copy_n(pixels + x / shape_.repeat * shape_.channels, shape_.channels, out);
      }
    }
  }

  const uint16_t* x_;
  const ConvShape& shape_;
};

}  // namespace

void conv2d(const uint16_t* x, const ConvShape& shape, const PackedLinear& weight,
            const GemmFinish& finish, uint16_t* out, const Parallel& parallel, Isa isa) {
  const int64_t num_pixels = shape.batch * shape.out_height() * shape.out_width();
  const int64_t num_inputs = shape.num_inputs(), num_outputs = weight.num_outputs();
  if (shape.kernel == 1 && shape.stride == 1 && shape.padding == 0 && shape.repeat == 1) {
    return multiply({x, num_pixels, num_inputs}, weight, finish,
                    {.bf16 = out, .stride = num_outputs}, parallel, isa);
  }
  const Places places(x, shape);
  parallel(ceil_divide(num_pixels, kSegment), [&](int64_t first, int64_t last) {
    AlignedBuffer<uint16_t> rows(std::min(kSegment, num_pixels) * num_inputs);
    for (int64_t segment = first; segment < last; ++segment) {
      const int64_t begin = segment * kSegment;
      const int64_t count = std::min(kSegment, num_pixels - begin);
      for (int64_t pixel = 0; pixel < count; ++pixel) {
        places.gather(begin + pixel, rows.data() + pixel * num_inputs);
      }
      multiply({rows.data(), count, num_inputs}, weight, finish,
               {.bf16 = out + begin * num_outputs, .stride = num_outputs}, serial, isa);
    }
  });
}

}  // namespace unipic::kernels
