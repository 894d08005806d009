#include "backbones/vila_u/codebook.h"

#include <gtest/gtest.h>

#include "support/error.h"

namespace unipic::vila_u {
namespace {

using torch::Tensor;

// 40 random codes of width 6.
class SmallCodebook : public testing::Test {
 protected:
  SmallCodebook() {
    torch::manual_seed(1);
    for (auto& slot : codebook_->named_parameters()) slot.value().set_data(torch::randn({41, 6}));
    for (auto& slot : codebook_->named_buffers())
      slot.value().set_data(slot.key() == "embed_ema" ? torch::randn({40, 6})
                                                      : torch::rand({40}) * 4);
  }

  const torch::NoGradGuard no_grad_;
  Codebook codebook_{40, 6};
};

TEST_F(SmallCodebook, TakesWhatIsLeftFurtherAtEachLevel) {
  const auto x = torch::randn({3, 2, 6});
  const auto found = codebook_->quantize(x, 3);
  EXPECT_EQ(found.codes.sizes(), torch::IntArrayRef({3, 2, 3}));
  auto rest = x;
  for (int64_t level = 0; level < 3; ++level) {
    const auto distances = torch::cdist(rest.flatten(0, 1), codebook_->rows(torch::arange(40)));
    EXPECT_TRUE(found.codes.select(-1, level).flatten().equal(distances.argmin(1)));
    rest = rest - codebook_->rows(found.codes.select(-1, level));
    EXPECT_TRUE(
        torch::allclose(found.residual_norms.select(-1, level), rest.norm(2, {-1}), 1e-4, 1e-5));
  }
  EXPECT_TRUE(torch::allclose(found.z, x - rest, 1e-4, 1e-5));
  EXPECT_TRUE(torch::allclose(found.z, codebook_->sums(found.codes), 1e-4, 1e-5));
}

TEST_F(SmallCodebook, FindsManyVectorsAsEachAlone) {
  const auto x = torch::randn({2100, 6});
  const auto codes = codebook_->quantize(x, 2).codes;
  EXPECT_TRUE(codes.narrow(0, 2090, 10).equal(codebook_->quantize(x.narrow(0, 2090, 10), 2).codes));
}

TEST_F(SmallCodebook, RefusesTooFewRandomVectors) {
  const auto x = torch::randn({7, 6});
  const CodebookImpl::Restart restart = {torch::rand({35, 6}), torch::randperm(35)};
  EXPECT_EQ(test::error_of(
                [&] { codebook_->learn(x, codebook_->quantize(x, 1).codes.squeeze(-1), restart); }),
            "35 random vectors for 40 codes, 42 are needed");
}

}  // namespace
}  // namespace unipic::vila_u
