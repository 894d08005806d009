#include "models/unipic1/checkpoint.h"

#include <gtest/gtest.h>

#include "support/error.h"
#include "support/temporary_folder.h"
#include "support/tiny_unipic1.h"

namespace unipic::unipic1 {
namespace {

using test::error_of;

class UniPic1Checkpoint : public testing::Test {
 protected:
  UniPic1Checkpoint() { test::write_tiny_unipic1(model_); }

  std::string load_error() const {
    return error_of([&] {
      const auto checkpoint = open_checkpoint(model_);
      UniPic1 model(checkpoint.config);
      load_model(model, checkpoint, torch::kFloat, torch::kCPU);
    });
  }

  test::TemporaryFolder folder_;
  const std::filesystem::path model_ = folder_ / "model";
};

TEST_F(UniPic1Checkpoint, SizesComeFromTheConfig) {
  const auto config = open_checkpoint(model_).config;
  const auto expected = test::tiny_unipic1_config();
  EXPECT_EQ(config.mar, expected.mar);
  EXPECT_EQ(config.vae, expected.vae);
  EXPECT_EQ(config.llm, expected.llm);
  EXPECT_EQ(config.vision, expected.vision);
  EXPECT_EQ(config.default_size, expected.default_size);
}

TEST_F(UniPic1Checkpoint, SizesComeFromTheTensorsWhereThereIsNoConfig) {
  const auto checkpoint = open_checkpoint(model_);
  Config config;
  infer_config(config, checkpoint.weights);
  auto expected = test::tiny_unipic1_config();
  // What shapes do not tell stays at the published values.
  expected.mar.encoder_heads = expected.mar.decoder_heads = 16;
  expected.mar.sampling_steps = 100;
  expected.vae.norm_groups = 32;
  EXPECT_EQ(config.mar, expected.mar);
}

TEST_F(UniPic1Checkpoint, RefusesFoldersThatAreNoCheckpoint) {
  EXPECT_EQ(error_of([&] { open_checkpoint(folder_ / "none"); }),
            (folder_ / "none").string() + ": no such model folder");
  std::filesystem::create_directory(folder_ / "empty");
  EXPECT_EQ(error_of([&] { open_checkpoint(folder_ / "empty"); }),
            (folder_ / "empty").string() +
                ": no pytorch_model.bin or model.safetensors here; is this a UniPic 1 checkpoint?");
  EXPECT_EQ(error_of([&] { open_checkpoint(model_ / "kl16.ckpt"); }),
            (model_ / "kl16.ckpt").string() + ": is a file; a model is a folder");
}

TEST_F(UniPic1Checkpoint, SaysWhatIsMissing) {
  std::filesystem::remove(model_ / "kl16.ckpt");
  EXPECT_EQ(load_error(), model_.string() + ": tensor 'vae.encoder.conv_in.weight' is missing");
  std::filesystem::remove_all(model_ / "Qwen2.5-1.5B-Instruct");
  EXPECT_EQ(load_error(),
            (model_ / "Qwen2.5-1.5B-Instruct").string() +
                ": the folder of the language model (config and tokenizer) is missing");
}

TEST_F(UniPic1Checkpoint, SaysWhichTensorHasAnotherShape) {
  const auto path = model_ / "model_config.json";
  auto text = test::read_file(path);
  const std::string width = "\"diffloss_w\": 20";
  text.replace(text.find(width), width.size(), "\"diffloss_w\": 24");
  test::write_file(path, text);
  EXPECT_NE(load_error().find("of another shape: 'mar.diffloss.net."), std::string::npos)
      << load_error();
}

TEST_F(UniPic1Checkpoint, ATruncatedFileIsAnErrorAtEveryLength) {
  const auto path = model_ / "pytorch_model.bin";
  const auto whole = test::read_file(path);
  for (const size_t length :
       {size_t{0}, size_t{1}, size_t{100}, whole.size() / 2, whole.size() - 1}) {
    test::write_file(path, whole.substr(0, length));
    EXPECT_TRUE(load_error().starts_with(path.string())) << length << ": " << load_error();
  }
}

TEST_F(UniPic1Checkpoint, ModelConfigSurvivesARoundTrip) {
  Config config;
  apply_model_config(config, model_config_to_json(test::tiny_unipic1_config()), "here");
  EXPECT_EQ(config.mar, test::tiny_unipic1_config().mar);
  EXPECT_EQ(config.vae, test::tiny_unipic1_config().vae);
}

}  // namespace
}  // namespace unipic::unipic1
