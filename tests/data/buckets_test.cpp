#include "data/buckets.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "io/resample.h"
#include "support/error.h"
#include "support/picture.h"

namespace unipic::data {
namespace {

using test::error_of;

TEST(Buckets, OfASmallBudgetAreThese) {
  EXPECT_EQ(make_buckets({.max_pixels = 64 * 64, .stride = 16, .max_aspect = 2.0}),
            (std::vector<Bucket>{{48, 80}, {64, 64}, {80, 48}}))
      << "32x64 fits into 48x80";
  EXPECT_EQ(make_buckets({.max_pixels = 64 * 64, .stride = 16, .max_aspect = 1.0}),
            (std::vector<Bucket>{{64, 64}}));
  EXPECT_EQ(make_buckets({.max_pixels = 256, .stride = 16}), (std::vector<Bucket>{{16, 16}}));
}

TEST(Buckets, KeepToTheirLimitsAndLeaveLittleOfTheBudget) {
  const BucketLimits limits{.max_pixels = 1024 * 1024, .stride = 16, .max_aspect = 2.0};
  const auto buckets = make_buckets(limits);
  EXPECT_GT(buckets.size(), 20U);
  EXPECT_NE(std::ranges::find(buckets, Bucket{1024, 1024}), buckets.end());
  for (const auto& [width, height] : buckets) {
    EXPECT_EQ(width % 16, 0);
    EXPECT_EQ(height % 16, 0);
    EXPECT_LE(width * height, limits.max_pixels);
    EXPECT_GT(width * height, limits.max_pixels * 97 / 100);
    EXPECT_LE(std::max(width, height), 2 * std::min(width, height));
    EXPECT_EQ(std::ranges::count(buckets, Bucket{height, width}), 1) << "both ways round";
  }
  const auto is_wider = [](const Bucket& a, const Bucket& b) {
    return a.width * b.height < b.width * a.height;
  };
  EXPECT_TRUE(std::ranges::is_sorted(buckets, is_wider));
}

TEST(Buckets, RefuseLimitsThatMakeNoSense) {
  EXPECT_EQ(error_of([] { make_buckets({.stride = 0}); }), "a bucket's stride cannot be 0");
  EXPECT_EQ(error_of([] { make_buckets({.max_pixels = 255, .stride = 16}); }),
            "buckets of at most 255 pixels with sides of multiples of 16 do not exist");
  EXPECT_EQ(error_of([] { make_buckets({.max_aspect = 0.5}); }),
            "a bucket's sides cannot be at most 0.5:1");
  EXPECT_EQ(error_of([] { make_buckets({.max_aspect = std::nan("")}); }),
            "a bucket's sides cannot be at most nan:1");
  EXPECT_EQ(error_of([] { make_buckets({.max_pixels = int64_t{1} << 40, .stride = 1}); }),
            "the limits allow more than 1000 buckets");
}

TEST(NearestBucket, IsThatOfTheNearestRatio) {
  const std::vector<Bucket> buckets = {{32, 64}, {48, 80}, {64, 64}, {80, 48}, {64, 32}};
  EXPECT_EQ(nearest_bucket(buckets, 7, 7), 2U);
  EXPECT_EQ(nearest_bucket(buckets, 1, 100), 0U);
  EXPECT_EQ(nearest_bucket(buckets, 1000, 10), 4U);
  EXPECT_EQ(nearest_bucket(buckets, 500, 300), 3U);
  // Half way between 1:1 and 5:3 as a factor lies sqrt(5/3) = 1.291, not 4/3.
  EXPECT_EQ(nearest_bucket(buckets, 1280, 1000), 2U);
  EXPECT_EQ(nearest_bucket(buckets, 1300, 1000), 3U);
}

TEST(FitImage, CropsTheMiddleOrStretchesAll) {
  const auto image = test::gradient(60, 20);
  const Bucket bucket{32, 16};
  EXPECT_EQ(fit_image(image, bucket, Fit::kCrop),
            io::resize(io::crop(image, 10, 0, 40, 20), 32, 16, io::Resampling::kBicubic));
  EXPECT_EQ(fit_image(image, bucket, Fit::kStretch),
            io::resize(image, 32, 16, io::Resampling::kBicubic));
}

TEST(Prepare, BringsEveryImageToTheBucketOfTheLeadingOne) {
  const Preparation preparation{.buckets = {{16, 32}, {32, 16}}};
  Sample picture = TextToImage{test::gradient(50, 20), "c"};
  EXPECT_EQ(prepare(picture, preparation), 1U);
  EXPECT_EQ(picture,
            Sample(TextToImage{fit_image(test::gradient(50, 20), {32, 16}, Fit::kCrop), "c"}));
  Sample answer = Understanding{test::gradient(20, 50), "q", "a"};
  EXPECT_EQ(prepare(answer, preparation), 0U);
  EXPECT_EQ(std::get<Understanding>(answer).image.height, 32);
  Sample edit = Edit{{test::gradient(50, 20), test::gradient(9, 9)}, test::gradient(20, 50), "e"};
  EXPECT_EQ(prepare(edit, preparation), 0U) << "the target decides";
  const auto& edited = std::get<Edit>(edit);
  EXPECT_EQ(edited.target.height, 32);
  ASSERT_EQ(edited.sources.size(), 2U);
  for (const auto& source : edited.sources) {
    EXPECT_EQ(source.width, 16);
    EXPECT_EQ(source.height, 32);
  }
}

TEST(Prepare, WithoutBucketsLeavesImagesAlone) {
  Sample picture = TextToImage{test::gradient(50, 20), "c"};
  EXPECT_EQ(prepare(picture, {}), 0U);
  EXPECT_EQ(picture, Sample(TextToImage{test::gradient(50, 20), "c"}));
}

TEST(Prepare, RefusesOnlyTheSampleThatCannotBeResized) {
  Sample long_one = TextToImage{test::gradient(1, 900'000), ""};
  const Preparation preparation{.buckets = {{2048, 16}}, .fit = Fit::kStretch};
  EXPECT_THROW(prepare(long_one, preparation), SampleError);
}

}  // namespace
}  // namespace unipic::data
