#include "kernels/cpu/conv2d.h"

#include <algorithm>

#include "kernels/cpu/product.h"

namespace unipic::kernels {
namespace {

using test::backwards, test::some_bf16;

// A convolution and what it is made from.
struct Convolution {
  Convolution(const ConvShape& of_shape, int64_t outputs) : shape(of_shape), num_outputs(outputs) {}

  ConvShape shape;
  int64_t num_outputs;
  std::vector<uint16_t> x = some_bf16(shape.batch * shape.height * shape.width * shape.channels, 1);
  std::vector<uint16_t> weight = some_bf16(num_outputs * shape.num_inputs(), 2);
  std::vector<float> bias = std::vector<float>(static_cast<size_t>(num_outputs), 0.5F);

  // Zero outside the picture.
  double pixel(int64_t picture, int64_t y, int64_t x_at, int64_t channel) const {
    if (y < 0 || x_at < 0 || y >= shape.height * shape.repeat || x_at >= shape.width * shape.repeat)
      return 0;
    const int64_t row = picture * shape.height + y / shape.repeat;
    const int64_t at = (row * shape.width + x_at / shape.repeat) * shape.channels + channel;
    return from_bf16(x[static_cast<size_t>(at)]);
  }

  double expected(int64_t picture, int64_t row, int64_t column, int64_t output) const {
    double sum = 0.5;
    for (int64_t ky = 0; ky < shape.kernel; ++ky) {
      for (int64_t kx = 0; kx < shape.kernel; ++kx) {
        for (int64_t channel = 0; channel < shape.channels; ++channel) {
          const int64_t at =
              ((output * shape.kernel + ky) * shape.kernel + kx) * shape.channels + channel;
          sum += pixel(picture, row * shape.stride - shape.padding + ky,
                       column * shape.stride - shape.padding + kx, channel) *
                 double{from_bf16(weight[static_cast<size_t>(at)])};
        }
      }
    }
    return sum;
  }

  std::vector<uint16_t> run(Isa isa, const Parallel& parallel = serial) const {
    const int64_t num_inputs = shape.num_inputs();
    const PackedLinear packed{PackedBf16(weight.data(), num_outputs, num_inputs, num_inputs), bias};
    std::vector<uint16_t> out(
        static_cast<size_t>(shape.batch * shape.out_height() * shape.out_width() * num_outputs));
    conv2d(x.data(), shape, packed, {}, out.data(), parallel, isa);
    return out;
  }
};

class Conv2dKernel : public testing::TestWithParam<Isa> {
 protected:
  static void expect_definition(const Convolution& convolution) {
    const auto out = convolution.run(GetParam());
    const auto& shape = convolution.shape;
    size_t at = 0;
    for (int64_t picture = 0; picture < shape.batch; ++picture) {
      for (int64_t row = 0; row < shape.out_height(); ++row) {
        for (int64_t column = 0; column < shape.out_width(); ++column) {
          for (int64_t output = 0; output < convolution.num_outputs; ++output) {
            const double expected = convolution.expected(picture, row, column, output);
            ASSERT_NEAR(from_bf16(out[at++]), expected, 0.005 + 0.004 * std::abs(expected))
                << picture << ": " << row << ", " << column << ", " << output;
          }
        }
      }
    }
    EXPECT_EQ(at, out.size());
  }
};

TEST_P(Conv2dKernel, IsTheDefinition) {
  expect_definition({{.batch = 2, .height = 5, .width = 7, .channels = 6}, 10});
  expect_definition({{.batch = 1, .height = 17, .width = 13, .channels = 3}, 17});
}

TEST_P(Conv2dKernel, TakesPointsAndStepsAndWhatIsEnlarged) {
  expect_definition(
      {{.batch = 2, .height = 5, .width = 3, .channels = 8, .kernel = 1, .padding = 0}, 6});
  expect_definition(
      {{.batch = 1, .height = 9, .width = 7, .channels = 4, .stride = 2, .padding = 0}, 5});
  expect_definition({{.batch = 1, .height = 4, .width = 5, .channels = 4, .repeat = 2}, 5});
  expect_definition({{.batch = 1, .height = 1, .width = 1, .channels = 2}, 1});
}

TEST_P(Conv2dKernel, GivesTheSameBitsInAnyOrder) {
  const Convolution convolution({.batch = 2, .height = 20, .width = 20, .channels = 6}, 20);
  EXPECT_EQ(convolution.run(GetParam(), backwards), convolution.run(GetParam()));
}

INSTANTIATE_TEST_SUITE_P(EveryIsa, Conv2dKernel, testing::ValuesIn(supported_isas()),
                         [](const auto& info) { return std::string(name(info.param)); });

}  // namespace
}  // namespace unipic::kernels
