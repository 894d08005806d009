#include "backbones/vq/files.h"

#include <gtest/gtest.h>

#include "support/error.h"
#include "support/places.h"
#include "support/temporary_folder.h"
#include "support/torch_files.h"

namespace unipic::vq {
namespace {

namespace fs = std::filesystem;
using torch::Tensor;

const char* const kFile = "tar/checkpoint/llamagen_t2i/vq_ds16_t2i.pt";

Autoencoder tiny(Half half = Half::kBoth) {
  return convert::load(open_autoencoder(test::golden_folder() / kFile, half), {});
}

TEST(VqFile, TellsTheSizesOfItsNetwork) {
  const auto config = tiny()->config();
  EXPECT_EQ(config.stride(), 16);
  EXPECT_EQ(config.encoder.num_res_blocks, 1);
  EXPECT_EQ(config.decoder.num_res_blocks, 1);
  EXPECT_EQ(config.decoder.channels(0), 64);
  EXPECT_EQ(config.decoder.decoder_attention_levels, std::vector<int64_t>{4});
  EXPECT_EQ(config.num_codes, 128);
}

TEST(VqAutoencoder, DrawsTheSameWithoutItsEncoder) {
  const torch::InferenceMode no_autograd;
  const auto whole = tiny(), half = tiny(Half::kDecoder);
  const auto codes = torch::arange(12).view({1, 3, 4});
  EXPECT_TRUE(
      torch::equal(half->decode(half->vectors(codes)), whole->decode(whole->vectors(codes))));
}

TEST(VqAutoencoder, TheCodeNearestToItsVectorIsItself) {
  const auto vqgan = tiny();
  const auto codes = torch::arange(128).view({1, 8, 16});
  EXPECT_TRUE(torch::equal(vqgan->nearest(3 * vqgan->vectors(codes)), codes));
}

TEST(VqAutoencoder, RefusesCodesThatThereAreNot) {
  EXPECT_EQ(test::error_of([] {
              tiny()->vectors(torch::full({1, 1, 1}, 128, torch::kLong));
            }),
            "VQGAN: a code outside 0..127");
}

class DamagedVqFile : public testing::Test {
 protected:
  template <typename Change>
  std::string error_after(Change&& change) const {
    test::rewrite_torch_file(test::golden_folder() / kFile, path_, "model", change);
    auto message = test::error_of([&] { open_autoencoder(path_); });
    const auto where = path_.string() + ": ";
    return message.starts_with(where) ? message.substr(where.size()) : message;
  }

  test::TemporaryFolder folder_;
  const fs::path path_ = folder_ / "vq.pt";
};

TEST_F(DamagedVqFile, NamesTheTensorThatIsWrong) {
  EXPECT_EQ(error_after([](auto&) {}), "no error");
  EXPECT_EQ(error_after([](auto& tensors) { tensors.erase("decoder.mid.1.q.bias"); }),
            "1 tensor missing: decoder.mid.1.q.bias");
  EXPECT_EQ(error_after([](auto& tensors) {
              tensors.at("decoder.conv_blocks.0.res.1.conv2.bias") =
                  tensors.at("decoder.norm_out.bias");
            }),
            "1 tensor of another shape: 'decoder.conv_blocks.0.res.1.conv2.bias' is [64], the "
            "model needs [32]");
  EXPECT_EQ(error_after([](auto& tensors) {
              tensors.emplace("decoder.conv_blocks.2.res.2.conv1.bias",
                              tensors.at("decoder.norm_out.bias"));
            }),
            "1 tensor that this network does not have: decoder.conv_blocks.2.res.2.conv1.bias");
  EXPECT_EQ(error_after([](auto& tensors) { tensors.clear(); }),
            "tensor 'encoder.conv_in.weight' is missing");
}

TEST_F(DamagedVqFile, CutShortIsRefused) {
  const auto whole = test::read_file(test::golden_folder() / kFile);
  test::write_file(path_, std::string_view(whole).substr(0, whole.size() / 2));
  EXPECT_THROW(open_autoencoder(path_), Error);
}

}  // namespace
}  // namespace unipic::vq
