#include "models/unipic2/part_file.h"

#include <functional>

#include "models/unipic2/checkpoint_file.h"
#include "models/unipic2/parts.h"
#include "support/error.h"

namespace unipic::unipic2 {
namespace {

namespace fs = std::filesystem;
using test::Tensors;
using torch::Tensor;

// Velocity of some latents with a reference picture.
Tensor velocity(const sd3::Transformer& transformer) {
  torch::manual_seed(3);
  const torch::InferenceMode no_autograd;
  const auto dtype = transformer->parameters().front().scalar_type();
  const auto some = [&](torch::IntArrayRef shape) { return torch::randn(shape).to(dtype); };
  return transformer->forward(some({2, 16, 6, 8}), torch::tensor({900.0F, 20.0F}),
                              {.prompt_BSE = some({2, 5, 64}),
                               .pooled_BP = some({2, 40}),
                               .reference_BCHW = some({2, 16, 4, 4})});
}

TEST_F(CheckpointFile, ItsTransformerIsTheFolders) {
  for (const auto dtype : {torch::kFloat, torch::kBFloat16}) {
    const auto expected = velocity(load_transformer(kPublished / "transformer", {.dtype = dtype}));
    for (const auto& file : {write(whole()), write(transformer(), "bare.safetensors")})
      EXPECT_TRUE(torch::equal(velocity(load_transformer(file, {.dtype = dtype})), expected));
  }
}

TEST_F(CheckpointFile, ItsTransformersSizesAreTheFolders) {
  const auto expected = load_transformer(kPublished / "transformer", {})->config();
  EXPECT_EQ(infer_transformer(open_part(write(whole()), Part::kTransformer)), expected);
}

TEST_F(CheckpointFile, WithoutNormsOfQueriesHeadsAre64Wide) {
  Tensors tensors;
  for (const auto& [name, tensor] : transformer()) {
    const bool is_norm = name.find(".ln_") != std::string::npos;
    if (!is_norm) tensors[name] = tensor;
  }
  EXPECT_EQ(test::error_of([&] { load_transformer(write(tensors), {}); }),
            (folder_ / "sd3.safetensors").string() +
                ": a width of 32 is no multiple of 64, a head of the transformer");
}

TEST_F(CheckpointFile, FusedProjectionsStayInItsMemory) {
  const auto transformer = load_transformer(write(whole()), {.dtype = torch::kBFloat16});
  const auto weights = transformer->named_parameters();
  const auto at = [&](const std::string& name) {
    return static_cast<const char*>(
        weights["transformer_blocks.0.attn." + name + ".weight"].const_data_ptr());
  };
  EXPECT_EQ(at("to_k"), at("to_q") + 32 * 32 * 2);
  EXPECT_EQ(at("to_v"), at("to_q") + 2 * 32 * 32 * 2);
}

TEST_F(CheckpointFile, ItsAutoencoderIsTheFolders) {
  torch::manual_seed(4);
  const torch::InferenceMode no_autograd;
  const auto pixels = torch::rand({1, 3, 16, 24}) * 2 - 1, noise = torch::randn({1, 16, 2, 3});
  const auto expected = load_codec(kPublished / "vae", {});
  const auto latents = expected.encode(pixels, noise), decoded = expected.decode(latents);
  for (const auto& file : {write(whole()), write(vae(), "vae.safetensors")}) {
    const auto codec = load_codec(file, {}, kFacts);
    EXPECT_TRUE(torch::equal(codec.encode(pixels, noise), latents));
    EXPECT_TRUE(torch::equal(codec.decode(latents), decoded));
  }
}

// Both outputs of a CLIP for two texts.
std::vector<Tensor> outputs(const clip_text::TextModel& clip) {
  const torch::InferenceMode no_autograd;
  const auto encoded = clip->forward(torch::arange(24, torch::kLong).view({2, 12}));
  return {encoded.penultimate_BTD, encoded.pooled_BP};
}

void expect_equal(const std::vector<Tensor>& found, const std::vector<Tensor>& expected) {
  ASSERT_EQ(found.size(), expected.size());
  for (size_t number = 0; number < found.size(); ++number)
    EXPECT_TRUE(torch::equal(found[number], expected[number])) << "output " << number;
}

TEST_F(CheckpointFile, ItsClipLIsTheFoldersButForTheProjection) {
  auto clip = load_clip(kPublished / "text_encoder", Clip::kL, {});
  clip->named_parameters()["text_projection.weight"].copy_(torch::eye(16));
  auto with_projection = clip_l();
  with_projection["text_projection.weight"] = torch::ones({16, 16});
  for (const auto& file : {write(whole()), write(clip_l(), "clip_l.safetensors"),
                           write(with_projection, "with_projection.safetensors")}) {
    expect_equal(outputs(load_clip(file, Clip::kL, {}, kFacts)), outputs(clip));
  }
}

TEST_F(CheckpointFile, ItsClipGIsTheFolders) {
  const auto expected = outputs(load_clip(kPublished / "text_encoder_2", Clip::kG, {}));
  auto of_open_clip = clip_g();
  of_open_clip["text_projection"] = of_open_clip.at("text_projection.weight").t().contiguous();
  of_open_clip.erase("text_projection.weight");
  of_open_clip["text_model.embeddings.position_ids"] = torch::arange(77);
  for (const auto& file : {write(whole()), write(clip_g(), "clip_g.safetensors"),
                           write(of_open_clip, "of_open_clip.safetensors")}) {
    expect_equal(outputs(load_clip(file, Clip::kG, {}, kFacts)), expected);
  }
  EXPECT_EQ(
      test::error_of([&] { load_clip(write(clip_l()), Clip::kG, {}, kFacts); }),
      (folder_ / "sd3.safetensors").string() + ": tensor 'text_projection.weight' is missing");
}

TEST_F(CheckpointFile, ItsT5IsTheFolders) {
  const torch::InferenceMode no_autograd;
  const auto ids = torch::arange(24, torch::kLong).view({2, 12});
  const auto expected = run_t5(kPublished / "text_encoder_3", {}, ids);
  auto renamed = t5();
  renamed["encoder.embed_tokens.weight"] = renamed.at("shared.weight");
  const auto twice = write(renamed, "twice.safetensors");
  renamed.erase("shared.weight");
  for (const auto& file : {write(whole()), twice, write(renamed, "renamed.safetensors")}) {
    EXPECT_TRUE(torch::equal(run_t5(file, {}, ids), expected));
    EXPECT_TRUE(torch::equal(load_t5(file, {})->forward(ids), expected));
  }
}

TEST_F(CheckpointFile, MayBeStoredInOtherTypes) {
  for (const auto dtype : {torch::kHalf, torch::kFloat}) {
    Tensors tensors;
    for (const auto& [name, tensor] : transformer()) tensors[name] = tensor.to(dtype);
    EXPECT_EQ(velocity(load_transformer(write(tensors), {})).sizes(),
              torch::IntArrayRef({2, 16, 6, 8}));
  }
}

// What a changed transformer is refused with, after the file's name.
class SpoiltTransformer : public CheckpointFile {
 protected:
  std::string refusal() const {
    const auto file = write(test::with_prefix("model.diffusion_model.", tensors_));
    const auto message = test::error_of([&] { load_transformer(file, {}); });
    const auto where = file.string() + ", model.diffusion_model: ";
    EXPECT_TRUE(message.starts_with(where)) << message;
    return message.substr(std::min(where.size(), message.size()));
  }

  Tensors tensors_ = transformer();
};

TEST_F(SpoiltTransformer, NamesWhatIsMissing) {
  tensors_.erase("joint_blocks.1.context_block.attn.qkv.bias");
  EXPECT_EQ(refusal(), "1 tensor missing: joint_blocks.1.context_block.attn.qkv.bias");
  tensors_.erase("context_embedder.weight");
  EXPECT_EQ(refusal(), "tensor 'context_embedder.weight' is missing");
}

TEST_F(SpoiltTransformer, NamesWhatHasAnotherShape) {
  tensors_["joint_blocks.2.x_block.attn.qkv.weight"] = torch::ones({95, 32});
  EXPECT_EQ(refusal(),
            "1 tensor of another shape: 'joint_blocks.2.x_block.attn.qkv.weight' is [95, 32], the "
            "model needs [96, 32]");
  tensors_ = transformer();
  tensors_["final_layer.adaLN_modulation.1.bias"] = torch::ones({65});
  EXPECT_EQ(refusal(),
            "1 tensor of another shape: 'final_layer.adaLN_modulation.1.bias' is [65], the model "
            "needs [64]");
  tensors_ = transformer();
  tensors_["x_embedder.proj.weight"] = torch::ones({32, 16});
  EXPECT_EQ(refusal(), "tensor 'x_embedder.proj.weight' has 2 dimensions, at least 3 are expected");
}

TEST_F(SpoiltTransformer, NamesWhatNoNetworkHas) {
  tensors_["joint_blocks.2.x_block.attn2.proj.bias"] = torch::ones({32});
  EXPECT_EQ(refusal(),
            "1 tensor that this network does not have: joint_blocks.2.x_block.attn2.proj.bias");
}

TEST_F(SpoiltTransformer, Names8BitFloats) {
  auto& weight = tensors_["joint_blocks.0.x_block.mlp.fc1.weight"];
  weight = weight.to(torch::kFloat8_e4m3fn);
  EXPECT_EQ(refusal(),
            "1 tensor in a type that is not read (F16, BF16 and F32 are): "
            "'joint_blocks.0.x_block.mlp.fc1.weight' is F8_E4M3");
}

TEST_F(SpoiltTransformer, RefusesSizesThatAreNone) {
  tensors_["pos_embed"] = torch::ones({1, 143, 32});
  EXPECT_EQ(refusal(), "143 positions are not a square grid");
  tensors_["pos_embed"] = torch::ones({1, 0, 32});
  EXPECT_EQ(refusal(), "'pos_embed_max_size' is 0, not within 1..8192");
  tensors_ = transformer();
  tensors_["joint_blocks.0.x_block.attn.ln_q.weight"] = torch::ones({0});
  EXPECT_EQ(refusal(), "a width of 32 is no multiple of 0, a head of the transformer");
  tensors_["joint_blocks.0.x_block.attn.ln_q.weight"] = torch::ones({16});
  tensors_["context_embedder.weight"] = torch::ones({0, 1 << 20});
  EXPECT_EQ(refusal(), "'joint_attention_dim' is 1048576, not within 1..65536");
}

TEST_F(CheckpointFile, OfAnotherKindIsRefused) {
  const auto without = write({{"lora.down.weight", torch::ones({2})}}).string();
  EXPECT_EQ(test::error_of([&] { load_transformer(without, {}); }),
            without +
                ": holds no transformer of SD3: there is no tensor "
                "'model.diffusion_model.x_embedder.proj.weight'");
  EXPECT_EQ(test::error_of([&] { load_clip(without, Clip::kL, {}); }),
            without +
                ": holds no CLIP-L: there is no tensor "
                "'text_encoders.clip_l.transformer.text_model.embeddings.token_embedding"
                ".weight'");
  test::write_file(folder_ / "text.safetensors", "no tensors at all");
  const auto text = (folder_ / "text.safetensors").string();
  EXPECT_EQ(test::error_of([&] { load_transformer(text, {}); }),
            text + ": is no tensor file (safetensors, torch or index)");
  const auto of_diffusers = kPublished / "transformer/diffusion_pytorch_model.safetensors";
  EXPECT_EQ(test::error_of([&] { load_transformer(of_diffusers, {}); }),
            of_diffusers.string() +
                ": has diffusers' names, which need the config.json beside it; give its folder");
}

TEST_F(CheckpointFile, OfABrokenAutoencoderOrEncoderIsRefused) {
  auto tensors = vae();
  for (auto& [name, tensor] : tensors) {
    if (name.starts_with("encoder.down.3.block.0.conv1")) tensor = tensor.narrow(0, 0, 0);
  }
  const auto file = write(tensors);
  EXPECT_EQ(test::error_of([&] { load_codec(file, {}, kFacts); }),
            file.string() + ": a VAE level of 0 channels, not within 1..65536");
  EXPECT_EQ(test::error_of([&] { load_codec(write(vae()), {}, {}); }),
            file.string() + ": 8 channels do not divide into 32 norm groups");
  auto encoder = t5();
  encoder["encoder.block.1.layer.0.SelfAttention.relative_attention_bias.weight"] =
      torch::ones({32, 4});
  EXPECT_EQ(test::error_of([&] { load_t5(write(encoder), {}); }),
            file.string() +
                ": 1 tensor that this network does not have: "
                "encoder.block.1.layer.0.SelfAttention.relative_attention_bias.weight");
  EXPECT_EQ(test::error_of([&] { load_clip(write(clip_l()), Clip::kL, {}, {}); }),
            file.string() + ": a width of 16 is no multiple of 64, a head of CLIP");
}

// Every size that is inferred, from tensors that are not what they are called.
TEST_F(CheckpointFile, OfOddShapesIsRefusedBeforeAnythingIsMadeOfIt) {
  const std::vector<std::vector<int64_t>> kOddShapes = {
      {}, {0}, {3}, {0, int64_t{1} << 40}, {int64_t{1} << 40, 0}, {7, 1, 1, 1}};
  const auto expect_refused = [&](const Tensors& tensors, const std::vector<std::string>& names,
                                  const std::function<void(const fs::path&)>& load) {
    for (const auto& name : names) {
      ASSERT_TRUE(tensors.contains(name)) << name;
      for (const auto& shape : kOddShapes) {
        auto spoilt = tensors;
        spoilt[name] = torch::ones(shape);
        EXPECT_NE(test::error_of([&] { load(write(spoilt)); }), "no error")
            << name << " " << testing::PrintToString(shape);
      }
    }
  };
  expect_refused(transformer(),
                 {"x_embedder.proj.weight", "pos_embed", "context_embedder.weight",
                  "y_embedder.mlp.0.weight", "joint_blocks.0.x_block.attn.ln_q.weight",
                  "joint_blocks.0.x_block.attn.qkv.bias", "final_layer.adaLN_modulation.1.weight"},
                 [](const fs::path& file) { load_transformer(file, {}); });
  expect_refused(vae(),
                 {"encoder.conv_in.weight", "decoder.conv_in.weight",
                  "encoder.down.1.block.0.conv1.weight", "decoder.mid.attn_1.q.weight"},
                 [](const fs::path& file) { load_codec(file, {}, kFacts); });
  expect_refused(clip_g(),
                 {"text_model.embeddings.token_embedding.weight", "text_projection.weight",
                  "text_model.embeddings.position_embedding.weight",
                  "text_model.encoder.layers.0.mlp.fc1.weight"},
                 [](const fs::path& file) { load_clip(file, Clip::kG, {}, kFacts); });
  expect_refused(t5(),
                 {"shared.weight", "encoder.block.0.layer.0.SelfAttention.q.weight",
                  "encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight",
                  "encoder.block.0.layer.1.DenseReluDense.wi_0.weight"},
                 [](const fs::path& file) { load_t5(file, {}); });
}

}  // namespace
}  // namespace unipic::unipic2
