#include "models/unipic2/prompt_reader.h"

#include <optional>
#include <utility>

#include "base/check.h"
#include "models/unipic2/metaquery.h"
#include "models/unipic2/text_encoders.h"
#include "text/tokenizer_files.h"

namespace unipic::unipic2 {
namespace fs = std::filesystem;
using torch::Tensor;

namespace {

constexpr const char* kWeights = "model.safetensors";
constexpr const char* kDiffusersWeights = "diffusion_pytorch_model.safetensors";

class TextEncoderReader : public PromptReader {
 public:
  TextEncoderReader(const fs::path& folder, int64_t num_t5_tokens, const sd3::Config& transformer,
                    const ops::Placement& placement)
      : folder_(folder),
        num_t5_tokens_(num_t5_tokens),
        transformer_(transformer),
        device_(placement.device),
        clip_l_tokens_(folder / "tokenizer"),
        clip_g_tokens_(folder / "tokenizer_2"),
        clip_l_(load_clip(folder / "text_encoder", Clip::kL, placement)),
        clip_g_(load_clip(folder / "text_encoder_2", Clip::kG, placement)) {
    if (!fs::exists(folder / "text_encoder_3")) return;
    t5_tokenizer_ = text::load_unigram_tokenizer(folder / "tokenizer_3");
    t5_ = load_t5(folder / "text_encoder_3", placement);
  }

  EncodedPrompts read(const std::vector<std::string>& prompts,
                      const std::vector<const Image*>& /*sources*/) const override {
    const auto clip = [&](const ClipTokens& tokens, const clip_text::TextModel& model) {
      return model->forward(tokens.encode(prompts, TextEncoders::kClipTokens).to(device_));
    };
    const auto l = clip(clip_l_tokens_, clip_l_);
    const auto g = clip(clip_g_tokens_, clip_g_);
    Tensor of_t5;
    if (!t5_.is_empty())
      of_t5 = t5_->forward(t5_tokens(*t5_tokenizer_, prompts, num_t5_tokens_).to(device_));
    return assembled_prompts(l, g, of_t5, transformer_, folder_.string());
  }

  std::vector<ModelPart> parts() const override {
    std::vector<ModelPart> parts = {part("text_encoder", clip_l_.ptr()),
                                    part("text_encoder_2", clip_g_.ptr())};
    if (!t5_.is_empty()) parts.push_back(part("text_encoder_3", t5_.ptr()));
    return parts;
  }

 private:
  ModelPart part(const char* name, std::shared_ptr<torch::nn::Module> module) const {
    return {name, folder_ / name, name, kWeights, "", std::move(module)};
  }

  fs::path folder_;
  int64_t num_t5_tokens_;
  sd3::Config transformer_;
  torch::Device device_;
  ClipTokens clip_l_tokens_, clip_g_tokens_;
  std::optional<text::UnigramTokenizer> t5_tokenizer_;
  clip_text::TextModel clip_l_, clip_g_;
  t5::Encoder t5_ = nullptr;
};

class QueryReader : public PromptReader {
 public:
  QueryReader(const fs::path& folder, const fs::path& llm_folder, const ops::Placement& placement)
      : folder_(folder),
        llm_folder_(llm_folder),
        placement_(placement),
        reader_(llm_folder),
        llm_(load_llm(llm_folder, placement)),
        vision_(load_vision(llm_folder, placement)),
        conditioner_(load_conditioner(folder / "conditioner", placement)) {}

  EncodedPrompts read(const std::vector<std::string>& prompts,
                      const std::vector<const Image*>& sources) const override {
    const bool edits = !sources.empty();
    std::vector<std::string> texts;
    for (const auto& prompt : prompts) {
      texts.push_back(edits ? text_to_edit(prompt) : text_to_draw(prompt));
    }
    const auto patches = edits ? patches_of(sources) : Patches();
    const auto rows =
        with_queries(reader_, texts, patches.grids, conditioner_->config().num_queries);
    Tensor image_tokens;
    if (edits) {
      image_tokens = vision_->forward(patches.values_NP.to(placement_.device, placement_.dtype),
                                      patches.grids);
    }
    const auto prompt_BTM =
        embed_with_pictures(llm_, reader_.image_id(), rows.prompt_ids(), image_tokens);
    return conditioner_->forward(query_states(llm_, conditioner_, rows, prompt_BTM));
  }

  std::vector<ModelPart> parts() const override {
    return {{"conditioner", folder_ / "conditioner", "conditioner", kDiffusersWeights, "",
             conditioner_.ptr()},
            {"llm", llm_folder_, kLmmFolder, kWeights, "", llm_.ptr()},
            {"vision", llm_folder_, kLmmFolder, kWeights, "visual.", vision_.ptr()}};
  }

 private:
  using Patches = qwen25_vision::Patches;
  Patches patches_of(const std::vector<const Image*>& sources) const {
    std::vector<Image> images;
    for (const auto* source : sources) images.push_back(*source);
    const auto& first = images.front();
    return reader_.to_patches(images, patches_of_source(first.width, first.height));
  }

  fs::path folder_, llm_folder_;
  ops::Placement placement_;
  ChatReader reader_;
  qwen2::CausalLm llm_;
  qwen25_vision::Tower vision_;
  Conditioner conditioner_;
};

}  // namespace

std::unique_ptr<PromptReader> text_encoder_reader(const fs::path& folder, int64_t num_t5_tokens,
                                                  const sd3::Config& transformer,
                                                  const ops::Placement& placement) {
  check_usage(num_t5_tokens >= 1 && num_t5_tokens <= TextEncoders::kMostT5Tokens,
              "{} tokens of T5, not within 1..{}", num_t5_tokens, TextEncoders::kMostT5Tokens);
  return std::make_unique<TextEncoderReader>(folder, num_t5_tokens, transformer, placement);
}

std::unique_ptr<PromptReader> query_reader(const fs::path& folder, const fs::path& llm_folder,
                                           const ops::Placement& placement) {
  return std::make_unique<QueryReader>(folder, llm_folder, placement);
}

}  // namespace unipic::unipic2
