#include "models/unipic2/kontext_files.h"

#include "models/unipic2/checkpoint_file.h"
#include "models/unipic2/kontext.h"
#include "support/error.h"

namespace unipic::unipic2 {
namespace {

namespace fs = std::filesystem;
using torch::Tensor;

const SamplerOptions kOptions = {.num_steps = 2};

// Pixels of a picture of the same noise.
Tensor picture(const KontextFiles& files) {
  torch::manual_seed(5);
  const Kontext model(files, {});
  auto generation = model.flow().begin(torch::randn({1, 16, 4, 6}),
                                       model.encode({{"a red fox"}, {"noise"}}, 32), {}, kOptions);
  while (!generation.is_done()) generation.advance();
  return model.flow().decode(generation.latents());
}

class KontextPlaces : public CheckpointFile {
 protected:
  // The published folder with a CLIP-L that does not project, as the files' does not.
  fs::path folder_like_the_files() const {
    const auto folder = folder_ / "published";
    fs::copy(kPublished, folder, fs::copy_options::recursive);
    const auto weights = folder / "text_encoder/model.safetensors";
    auto tensors = test::read_tensors(weights);
    tensors["text_projection.weight"] = torch::eye(16, torch::kHalf);
    fs::remove(weights);
    test::write_tensors(weights, tensors);
    return folder;
  }
  static KontextFiles given() { return {.tokenizers = kPublished, .unstated = kFacts}; }
};

TEST_F(KontextPlaces, AFileDrawsWhatTheFolderDoes) {
  EXPECT_TRUE(torch::equal(picture(find_kontext_files(write(whole()), given())),
                           picture(find_kontext_files(folder_like_the_files()))));
}

TEST_F(KontextPlaces, PartsMayBeFilesOrFoldersApart) {
  auto files = given();
  files.vae = kPublished / "vae";
  files.clip_l = write(clip_l(), "clip_l.safetensors");
  files.clip_g = kPublished / "text_encoder_2";
  files.t5 = write(t5(), "t5xxl_fp16.safetensors");
  files.scheduler = kPublished / "scheduler";
  EXPECT_TRUE(
      torch::equal(picture(find_kontext_files(write(transformer()), files)),
                   picture(find_kontext_files(write(whole(), "whole.safetensors"), given()))));
}

TEST_F(KontextPlaces, WithoutT5ItsPartIsZeros) {
  auto all = whole();
  std::erase_if(
      all, [](const auto& tensor) { return tensor.first.starts_with("text_encoders.t5xxl."); });
  for (const bool is_folder : {false, true}) {
    auto files =
        is_folder ? find_kontext_files(kPublished) : find_kontext_files(write(all), given());
    files.t5.clear();
    const auto prompts = Kontext(files, {}).encode({{"a red fox"}, {}}, 32);
    const auto embeddings = prompts.positive.prompt_BSE;
    EXPECT_EQ(embeddings.sizes(), torch::IntArrayRef({1, 77 + 77, 64}));
    EXPECT_FALSE(embeddings.narrow(1, 0, 77).eq(0).all().item<bool>());
    EXPECT_TRUE(embeddings.narrow(1, 77, 77).eq(0).all().item<bool>());
  }
}

TEST_F(KontextPlaces, SayWhatIsNowhere) {
  const auto alone = write(transformer());
  auto files = given();
  const auto refusal = [&] { return test::error_of([&] { find_kontext_files(alone, files); }); };
  EXPECT_EQ(refusal(), alone.string() + ": holds no autoencoder; give it apart");
  files.vae = kPublished / "vae";
  EXPECT_EQ(refusal(), alone.string() + ": holds no CLIP-L; give it apart");
  files.clip_l = kPublished / "text_encoder";
  files.clip_g = folder_ / "clip_g.safetensors";
  EXPECT_EQ(refusal(),
            (folder_ / "clip_g.safetensors").string() + ": no such file or folder (CLIP-G)");
  files.clip_g = kPublished / "text_encoder_2";
  files.tokenizers.clear();
  EXPECT_EQ(refusal(), alone.string() + ": holds no tokenizers; give it apart");
  EXPECT_EQ(test::error_of([&] { find_kontext_files(folder_ / "nothing"); }),
            (folder_ / "nothing").string() + ": no such file or folder");
}

TEST_F(KontextPlaces, RefuseTextEncodersThatDoNotFit) {
  const auto refusal = [](const KontextFiles& files) {
    return test::error_of([&] { Kontext(files, {}).encode({{"a red fox"}, {}}, 32); });
  };
  auto files = find_kontext_files(kPublished);
  std::swap(files.clip_l, files.clip_g);
  EXPECT_EQ(refusal(files), files.names_of_encoders() +
                                ": CLIP-L is 24 wide and CLIP-G 16; are they interchanged?");

  auto narrow = t5();
  for (auto& [name, tensor] : narrow) {
    const bool is_output = name.ends_with(".o.weight") || name.ends_with(".wo.weight");
    if (is_output || tensor.size(-1) == 64) tensor = tensor.narrow(is_output ? 0 : -1, 0, 48);
  }
  files = find_kontext_files(kPublished);
  files.t5 = write(narrow, "narrow.safetensors");
  EXPECT_EQ(refusal(files),
            files.names_of_encoders() + ": T5 is 48 wide, the transformer takes 64");
}

}  // namespace
}  // namespace unipic::unipic2
