#include "models/unifork/loss.h"

#include "models/unifork/checkpoint_copy.h"
#include "models/unifork/prompts.h"
#include "models/unifork/sequences.h"
#include "support/error.h"

namespace unipic::unifork {
namespace {

using torch::Tensor;

class UniForkLoss : public testing::Test {
 protected:
  UniForkLoss() { torch::manual_seed(1); }

  static Tensor row(const std::vector<int64_t>& ids) { return torch::tensor(ids).unsqueeze(0); }
  vila_u::Quantized pictures(int64_t count) const {
    return model_->see(torch::rand({count, 3, 24, 24}) * 2 - 1);
  }
  static double value(const Tensor& loss) { return loss.item<double>(); }

  UniFork model_ = load_model(open_checkpoint(kPublished / "unifork"), {});
};

TEST_F(UniForkLoss, DoesNotSeeWhatTextsAreFilledUpWith) {
  const auto seen = pictures(1);
  const auto ids = row({5, kImageId, 6, 7}), labels = row({kNoLabel, kNoLabel, 6, 7});
  const auto longer_ids = row({5, kImageId, 6, 7, 9, 9});
  const auto longer_labels = row({kNoLabel, kNoLabel, 6, 7, kNoLabel, kNoLabel});
  EXPECT_NEAR(value(understanding_loss(model_, ids, labels, seen.z)),
              value(understanding_loss(model_, longer_ids, longer_labels, seen.z)), 1e-5);
  EXPECT_NEAR(value(generation_loss(model_, row({5, 6, kImageId}), seen, 16)),
              value(generation_loss(model_, row({5, 6, kImageId, 9, 9}), seen, 16)), 1e-5);
}

TEST_F(UniForkLoss, OfABatchIsTheMeanOfItsRows) {
  const auto seen = pictures(2);
  const auto one = [&](int64_t picture) {
    return vila_u::Quantized{.codes = seen.codes.narrow(0, picture, 1),
                             .z = seen.z.narrow(0, picture, 1),
                             .residual_norms = {}};
  };
  const auto both = torch::cat({row({5, 6, kImageId, 9}), row({5, 6, 7, kImageId})});
  EXPECT_NEAR(value(generation_loss(model_, both, seen, 16)),
              (value(generation_loss(model_, row({5, 6, kImageId}), one(0), 16)) +
               value(generation_loss(model_, row({5, 6, 7, kImageId}), one(1), 16))) /
                  2,
              1e-5);
}

TEST_F(UniForkLoss, OfTextAloneNeedsNoPicture) {
  const auto ids = row({5, 6, 7});
  EXPECT_GT(value(understanding_loss(model_, ids, ids, {})), 0);
}

TEST_F(UniForkLoss, RefusesTextsAndPicturesThatDoNotFit) {
  const auto seen = pictures(1);
  const auto ids = row({5, kImageId, 6}), none = torch::full({1, 3}, kNoLabel, torch::kLong);
  EXPECT_EQ(test::error_of([&] { understanding_loss(model_, ids, none, seen.z); }),
            "the texts have no labels");
  EXPECT_EQ(test::error_of([&] { understanding_loss(model_, ids, ids, {}); }),
            "the texts have 1 places for 0 pictures");
  EXPECT_EQ(test::error_of([&] {
              generation_loss(model_, row({5, 6}), seen, 16);
            }),
            "1 texts for 1 pictures, each needs one");
  EXPECT_EQ(test::error_of([&] {
              picture_places(row({kImageId, 5, kImageId}));
            }),
            "a text has 2 pictures, UniFork takes one");
}

}  // namespace
}  // namespace unipic::unifork
