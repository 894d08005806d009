#include "models/tar/dif_dtok.h"

#include <gtest/gtest.h>

#include <functional>
#include <stop_token>

#include "base/python_json.h"
#include "io/torch_checkpoint_writer.h"
#include "ops/file_tensor.h"
#include "support/error.h"
#include "support/picture.h"
#include "support/places.h"
#include "support/temporary_folder.h"
#include "support/tensor_files.h"

namespace unipic::tar {
namespace {

namespace fs = std::filesystem;
using torch::Tensor;

const fs::path kModel = test::golden_folder() / "tar/checkpoint/Tar-SANA-600M-1024px";
constexpr const char* kWeights = "diffusion_pytorch_model.safetensors";
constexpr const char* kNegative = "negative_prompt_embeds.pth";

// A good folder, to be spoilt.
class DifDtokFolder : public testing::Test {
 protected:
  DifDtokFolder() {
    fs::copy(kModel, folder_.path(), fs::copy_options::recursive);
    for (const auto& entry : fs::recursive_directory_iterator(folder_.path()))
      fs::permissions(entry.path(), fs::perms::owner_write, fs::perm_options::add);
  }

  std::string error() const {
    return test::error_of([&] { DifDtok(folder_.path(), {}); });
  }
  void change_config(const std::string& file, const char* key, const Json& value) {
    auto json = read_python_json(folder_ / file);
    json[key] = value;
    test::write_file(folder_ / file, json.dump());
  }
  void change_weights(const char* part, const std::function<void(test::Tensors&)>& change) {
    const auto path = folder_ / part / kWeights;
    auto tensors = test::read_tensors(path);
    for (auto& [name, tensor] : tensors) tensor = tensor.clone();
    change(tensors);
    test::write_tensors(path, tensors);
  }
  // A dictionary, as the writer makes them.
  void write_negative(const std::string& name, const Tensor& tensor) {
    io::TorchCheckpointWriter writer(
        folder_ / kNegative, {{name, ops::dtype_of(tensor.scalar_type()), tensor.sizes().vec()}});
    writer.write({static_cast<const std::byte*>(tensor.const_data_ptr()), tensor.nbytes()});
    writer.commit();
  }

  test::TemporaryFolder folder_;
};

TEST_F(DifDtokFolder, NeedsNoTextEncoder) {
  EXPECT_FALSE(fs::exists(folder_ / "text_encoder"));
  EXPECT_EQ(error(), "no error");
}

TEST_F(DifDtokFolder, SaysWhichFileIsMissing) {
  fs::remove(folder_ / "scheduler/scheduler_config.json");
  EXPECT_EQ(error(), (folder_ / "scheduler/scheduler_config.json").string() + ": is missing");
}

TEST_F(DifDtokFolder, SaysWhichTensorIsMissingOrMisshapen) {
  change_weights("transformer", [](test::Tensors& tensors) {
    tensors.erase("transformer_blocks.1.attn2.to_k.bias");
  });
  EXPECT_NE(error().find("missing: transformer_blocks.1.attn2.to_k.bias"), std::string::npos)
      << error();
  fs::copy(kModel / "transformer" / kWeights, folder_ / "transformer" / kWeights,
           fs::copy_options::overwrite_existing);
  change_weights(
      "vae", [](test::Tensors& tensors) { tensors["decoder.conv_out.bias"] = torch::zeros({4}); });
  EXPECT_NE(error().find("'decoder.conv_out.bias' is [4], the model needs [3]"), std::string::npos)
      << error();
}

TEST_F(DifDtokFolder, RefusesSchedulersByName) {
  const std::string file = "scheduler/scheduler_config.json";
  const auto where = (folder_ / file).string();
  change_config(file, "algorithm_type", "sde-dpmsolver++");
  EXPECT_EQ(error(),
            where + ": 'algorithm_type' is sde-dpmsolver++, only dpmsolver++ is supported");
  change_config(file, "algorithm_type", "dpmsolver++");
  change_config(file, "solver_order", 3);
  EXPECT_EQ(error(), where + ": 'solver_order' is 3, only 2 is supported");
  change_config(file, "solver_order", 2);
  change_config(file, "flow_shift", 0);
  EXPECT_EQ(error(), where + ": 'flow_shift' is 0, not within 0..1000");
  change_config(file, "flow_shift", 3.0);
  change_config(file, "use_flow_sigmas", nullptr);  // the library's default is another
  EXPECT_EQ(error(), where + ": 'use_flow_sigmas' is false, only true is supported");
}

TEST_F(DifDtokFolder, RefusesNegativesThatAreNoneOrOfAnotherWidth) {
  const auto path = (folder_ / kNegative).string();
  write_negative("embeds", torch::zeros({49, 36}));
  EXPECT_EQ(error(), path + ": is no lone tensor");
  write_negative("tensor", torch::zeros({49}));
  EXPECT_EQ(error(), path + ": has 1 dimensions, not 2");
  write_negative("tensor", torch::zeros({49, 30}));
  EXPECT_EQ(error(),
            folder_.path().string() + ": negative_prompt_embeds.pth is 30 wide, captions are 36");
}

// Features of three pictures and the noise that they come from.
class DifDtokPictures : public testing::Test {
 protected:
  DifDtokPictures() { torch::manual_seed(1); }

  std::unique_ptr<DifDtokRun> begin(const Tensor& noise, const Tensor& features, double guidance,
                                    const RunControl& control = {}) const {
    return dtok_.begin_from(noise, features, {.num_steps = 3, .guidance = guidance}, control);
  }
  static Tensor run(DifDtokRun& pictures) {
    while (pictures.step() < pictures.num_steps()) pictures.advance();
    return pictures.latents();
  }

  DifDtok dtok_ = DifDtok(kModel, {});
  Tensor noise_ = torch::randn({3, 8, 2, 3});
  Tensor features_ = torch::randn({3, 49, 36});
};

TEST_F(DifDtokPictures, AreWhatEachIsAlone) {
  for (const double guidance : {1.0, 4.0}) {
    const auto together = run(*begin(noise_, features_, guidance));
    for (int64_t picture = 0; picture < 3; ++picture) {
      const auto alone =
          run(*begin(noise_.narrow(0, picture, 1), features_.narrow(0, picture, 1), guidance));
      EXPECT_TRUE(torch::allclose(together.narrow(0, picture, 1), alone, 1e-3, 1e-4));
    }
  }
}

TEST_F(DifDtokPictures, GoOnWithoutThoseThatAreLeftOut) {
  const auto all = run(*begin(noise_, features_, 4.0));
  const auto some = begin(noise_, features_, 4.0);
  some->advance();
  some->keep({2, 0});
  EXPECT_TRUE(torch::allclose(run(*some), all.index_select(0, torch::tensor({2, 0})), 1e-3, 1e-4));
}

TEST_F(DifDtokPictures, ShowAtTheEndWhatTheLatentsAre) {
  const auto pictures = begin(noise_, features_, 1.0);
  EXPECT_EQ(pictures->picture(0).width, 96);  // noise, before the first step
  const auto latents = run(*pictures);
  EXPECT_EQ(test::max_difference(pictures->picture(1), dtok_.decode(latents[1])), 0);
}

TEST_F(DifDtokPictures, AreGuidedAtTheScaleOfTheNegativesAlone) {
  const auto fewer = features_.narrow(1, 0, 16);
  EXPECT_EQ(test::error_of([&] { begin(noise_, fewer, 4.0); }),
            "pictures of 16 tokens: with guidance the diffusion de-tokenizer draws those of 49 "
            "(scale 0)");
  EXPECT_EQ(run(*begin(noise_, fewer, 1.0)).sizes(), noise_.sizes());
  EXPECT_EQ(test::error_of([&] {
              begin(noise_, torch::zeros({3, 49, 30}), 1.0);
            }),
            "features of 30 numbers, the diffusion de-tokenizer takes 36");
}

TEST_F(DifDtokPictures, StopWhenAsked) {
  std::stop_source source;
  source.request_stop();
  const auto pictures = begin(noise_, features_, 1.0, {.stop = source.get_token()});
  EXPECT_THROW(pictures->advance(), Cancelled);
}

}  // namespace
}  // namespace unipic::tar
