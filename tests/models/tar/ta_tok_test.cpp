#include "models/tar/ta_tok.h"

#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include "models/tar/ta_tok_files.h"
#include "models/tar/ta_tok_loss.h"
#include "models/tar/ta_tok_pixels.h"
#include "support/error.h"
#include "support/picture.h"
#include "support/places.h"

namespace unipic::tar {
namespace {

using torch::Tensor;

TaTok tiny(const TaTokParts& parts = {}) {
  return load_ta_tok(test::golden_folder() / "tar/checkpoint/TA-Tok/ta_tok.pth", {}, parts);
}

Tensor some_pixels(int64_t count) {
  torch::manual_seed(3);
  return torch::rand({count, 3, 100, 100}) * 2 - 1;
}

TEST(TaTok, EachHalfComputesWhatBothDo) {
  const torch::InferenceMode no_autograd;
  const auto whole = tiny();
  const auto encoded = whole->encode(some_pixels(2), /*pool_scale=*/2);
  const auto seen = tiny({.decoder = false})->encode(some_pixels(2), 2);
  EXPECT_TRUE(torch::equal(seen.codes_BN, encoded.codes_BN));
  EXPECT_TRUE(torch::equal(tiny({.encoder = false})->decode(encoded.codes_BN),
                           whole->decode(encoded.codes_BN)));
}

TEST(TaTok, DrawsTheNearestCodesWhereNothingElseIsLikely) {
  const torch::InferenceMode no_autograd;
  const auto usual = tiny();
  auto config = usual->config();
  config.temperature = 2e-5;
  TaTok cold(config);
  for (auto& weight : cold->named_parameters())
    weight.value().set_data(usual->named_parameters()[weight.key()]);
  const auto nearest = cold->encode(some_pixels(1), 1).codes_BN;
  const auto shares = torch::full({nearest.numel()}, 0.5);
  EXPECT_TRUE(torch::equal(cold->encode(some_pixels(1), 1, shares).codes_BN, nearest));
}

TEST(TaTok, LearnsFromOtherVectorsOnceItsProjectionChanges) {
  const auto tokenizer =
      convert::load(open_ta_tok(test::golden_folder() / "tar/checkpoint/TA-Tok/ta_tok.pth"), {});
  const auto before = tokenizer->codebook()->all_vectors();
  auto bias = tokenizer->named_parameters()["bottleneck.regularizer.embedding_proj.bias"];
  bias.set_data(bias + 1);  // what is mapped cannot be written to
  EXPECT_FALSE(torch::equal(tokenizer->codebook()->all_vectors(), before));
}

TEST(TaTok, TheGradientOfCodesIsThatOfTheVectorsTheyWereChosenFor) {
  const auto tokenizer = tiny();
  auto pixels = some_pixels(1).requires_grad_(true);
  const auto encoded = tokenizer->encode(pixels, 3);
  const auto direction = torch::randn_like(encoded.unit_BNE);
  const auto of = [&](const Tensor& vectors) {
    return torch::autograd::grad({(vectors * direction).sum()}, {pixels}, {}, true).front();
  };
  EXPECT_TRUE(torch::equal(of(encoded.quantized_BNE), of(encoded.unit_BNE)));
}

TEST(TaTok, RefusesWhatNoPictureHas) {
  const auto tokenizer = tiny();
  const auto codes = [](std::vector<int64_t> values) {
    return torch::tensor(values, torch::kLong).unsqueeze(0);
  };
  EXPECT_EQ(test::error_of([&] {
              tokenizer->decode(codes({0, 1, 64, 2}));
            }),
            "TA-Tok: a code outside 0..63");
  EXPECT_EQ(test::error_of([&] {
              tokenizer->decode(codes({0, 1, 2}));
            }),
            "TA-Tok: 3 codes of a picture are no square");
  EXPECT_EQ(test::error_of([&] { tokenizer->encode(some_pixels(1), 8); }),
            "a pool scale of 8, not within 1..7");
}

TEST(TaTok, TakesPicturesOfAnyAspect) {
  const auto tokenizer = tiny();
  for (const auto resizing : {Resizing::kBicubic, Resizing::kAntialiased, Resizing::kBilinear}) {
    const auto pixels = ta_tok_pixels(test::gradient(31, 200), 100, resizing);
    EXPECT_EQ(tokenizer->encode(pixels, 1).codes_BN.sizes(), torch::IntArrayRef({1, 49}));
  }
}

}  // namespace
}  // namespace unipic::tar
