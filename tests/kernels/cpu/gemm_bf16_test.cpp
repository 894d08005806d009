#include "kernels/cpu/gemm_bf16.h"

#include "kernels/cpu/product.h"

namespace unipic::kernels {
namespace {

using test::backwards, test::expect_close, test::Product;

std::vector<float> multiply(const Product& product, Isa isa, const Parallel& parallel = serial) {
  std::vector<float> out(static_cast<size_t>(product.num_rows * product.num_outputs), NAN);
  gemm_bf16(product.rows(), product.packed(), {},
            {.fp32 = out.data(), .stride = product.num_outputs}, parallel, isa);
  return out;
}

class GemmBf16 : public testing::TestWithParam<Isa> {};

TEST_P(GemmBf16, IsTheProductForEveryTail) {
  for (int64_t num_rows = 1; num_rows <= 13; ++num_rows) {
    for (const int64_t num_outputs : {1, 15, 16, 17, 47, 64, 65, 130}) {
      for (const int64_t num_inputs : {1, 2, 3, 31, 64}) {
        SCOPED_TRACE(testing::Message() << num_rows << " x " << num_outputs << " x " << num_inputs);
        const Product product{num_rows, num_outputs, num_inputs};
        expect_close(product, multiply(product, GetParam()));
      }
    }
  }
}

TEST_P(GemmBf16, IsTheProductOverSeveralBlocks) {
  const Product product{400, 150, 33};
  expect_close(product, multiply(product, GetParam()));
  const Product of_long_sums{3, 20, 9001};
  expect_close(of_long_sums, multiply(of_long_sums, GetParam()));
  const Product wide{33, 545, 2081};
  expect_close(wide, multiply(wide, GetParam()));
}

TEST_P(GemmBf16, GivesARowTheSameBitsWhateverIsAroundIt) {
  const Product product{250, 100, 4099};
  const auto whole = multiply(product, GetParam());
  EXPECT_EQ(multiply(product, GetParam(), backwards), whole);
  for (const int64_t row : {0, 1, 5, 191, 192, 249}) {
    std::vector<float> alone(100);
    gemm_bf16({product.rows().data + row * product.num_inputs, 1, product.num_inputs},
              product.packed(), {}, {.fp32 = alone.data(), .stride = 100}, serial, GetParam());
    EXPECT_TRUE(std::equal(alone.begin(), alone.end(), whole.begin() + row * 100)) << row;
  }
}

TEST_P(GemmBf16, AddsTheBiasActivatesGatesAndAddsWhatIsThere) {
  const Product product{7, 37, 20};
  std::vector<float> bias(37);
  for (size_t i = 0; i < bias.size(); ++i) bias[i] = 0.25F * static_cast<float>(i) - 4;
  std::vector<float> gate(7 * 41);  // rows 41 apart
  for (size_t i = 0; i < gate.size(); ++i) gate[i] = 0.5F + 0.001F * static_cast<float>(i);
  for (const auto activation : {Activation::kNone, Activation::kSilu, Activation::kGelu,
                                Activation::kGeluTanh, Activation::kQuickGelu}) {
    const GemmFinish finish = {.bias = bias.data(),
                               .activation = activation,
                               .gate = gate.data(),
                               .gate_stride = 41,
                               .combine = Combine::kAdd};
    std::vector<float> out(7 * 40, 2.0F);  // rows 40 apart
    std::vector<uint16_t> bf16_out(7 * 40, to_bf16(2.0F));
    gemm_bf16(product.rows(), product.packed(), finish, {.fp32 = out.data(), .stride = 40}, serial,
              GetParam());
    gemm_bf16(product.rows(), product.packed(), finish, {.bf16 = bf16_out.data(), .stride = 40},
              serial, GetParam());
    for (size_t row = 0; row < 7; ++row) {
      for (size_t output = 0; output < 37; ++output) {
        const double x = product.sum(static_cast<int64_t>(row), static_cast<int64_t>(output));
        const double expected =
            gate[row * 41 + output] * test::activated(x + bias[output], activation) + 2;
        ASSERT_NEAR(out[row * 40 + output], expected, 4e-6);
        EXPECT_EQ(bf16_out[row * 40 + output], to_bf16(out[row * 40 + output]));
      }
      for (size_t beyond = 37; beyond < 40; ++beyond) EXPECT_EQ(out[row * 40 + beyond], 2.0F);
    }
  }
}

TEST_P(GemmBf16, MultipliesWhatIsThere) {
  const Product product{17, 33, 20};
  std::vector<float> out(17 * 33, 0.5F);
  gemm_bf16(product.rows(), product.packed(), {.combine = Combine::kMultiply},
            {.fp32 = out.data(), .stride = 33}, serial, GetParam());
  const auto plain = multiply(product, GetParam());
  for (size_t i = 0; i < out.size(); ++i) EXPECT_EQ(out[i], 0.5F * plain[i]);
}

TEST_P(GemmBf16, ReadsRowsThatLieApartAndKeepsInfinities) {
  Product product{2, 16, 4};
  product.x = {to_bf16(1), 0, 0, 0, 0x7FC0, 0x7FC0, to_bf16(INFINITY), 0, 0, 0};  // rows 6 apart
  for (auto& number : product.weight) number = to_bf16(1);
  std::vector<float> out(32);
  gemm_bf16({product.x.data(), 2, 6}, product.packed(), {}, {.fp32 = out.data(), .stride = 16},
            serial, GetParam());
  EXPECT_EQ(out[0], 1.0F);
  EXPECT_EQ(out[16], INFINITY);
}

TEST_P(GemmBf16, DoesNothingWithoutRows) {
  const Product product{0, 16, 4};
  gemm_bf16(product.rows(), product.packed(), {}, {}, serial, GetParam());
}

INSTANTIATE_TEST_SUITE_P(EveryIsa, GemmBf16, testing::ValuesIn(supported_isas()),
                         [](const auto& info) { return std::string(name(info.param)); });

TEST(Bf16, RoundsToNearestEven) {
  EXPECT_EQ(to_bf16(1.0F), 0x3F80);
  EXPECT_EQ(to_bf16(1.00390625F), 0x3F80);  // half a step above 1: to even
  EXPECT_EQ(to_bf16(1.01171875F), 0x3F82);  // one and a half
  EXPECT_EQ(from_bf16(to_bf16(-INFINITY)), -INFINITY);
  EXPECT_TRUE(std::isnan(from_bf16(to_bf16(NAN))));
}

}  // namespace
}  // namespace unipic::kernels
