#include "api/families/kontext.h"

#include <utility>

#include "api/families/unipic2_pictures.h"
#include "api/ram_limit.h"
#include "base/check.h"
#include "models/unipic2/kontext.h"

namespace unipic::api {
namespace {

class KontextModel : public UniPic2Model<unipic2::Kontext> {
 public:
  KontextModel(unipic2::Kontext kontext, int64_t weight_bytes, const LoadOptions& options)
      : UniPic2Model(std::move(kontext), /*can_describe=*/false, options),
        weight_bytes_(weight_bytes) {}

  int64_t num_tokens(const std::string& text) const override {
    return product().text_encoders().num_tokens(text);
  }
  GenerateOptions filled_in(GenerateOptions options, const Image* source) const override {
    return unipic2_filled_in(std::move(options), source, facts());
  }

  int64_t bytes_to_draw(const GenerateOptions& options, int64_t num_pictures,
                        bool is_edit) const override {
    return weight_bytes_ + flow_bytes_to_draw(flow(), options, num_pictures, is_edit);
  }
  int64_t bytes_to_describe() const override { return weight_bytes_; }

  std::unique_ptr<PictureRun> begin(std::span<const PictureSettings> pictures,
                                    const RunControl& control) const override {
    return begin_unipic2(flow(), encode(pictures, control), nullptr, pictures, control);
  }
  std::unique_ptr<PictureRun> begin_edit(const Image& source,
                                         std::span<const PictureSettings> pictures,
                                         const RunControl& control) const override {
    const auto resized = source_picture(source, pictures.front().options);
    return begin_unipic2(flow(), encode(pictures, control), &resized, pictures, control);
  }
  AnswerRun begin_answer(const Image&, const std::string&, const DescribeOptions&,
                         const RunControl&) const override {
    throw UsageError("UniPic2-SD3.5M-Kontext draws and edits; it does not describe pictures");
  }

 private:
  unipic2::PromptPair encode(std::span<const PictureSettings> pictures,
                             const RunControl& control) const {
    const auto& options = pictures.front().options;
    return product().encode(prompt_texts(pictures), options.max_prompt_tokens, control);
  }

  int64_t weight_bytes_;
};

}  // namespace

bool is_kontext(const std::filesystem::path& path) {
  if (std::filesystem::is_regular_file(path)) return true;
  return std::filesystem::is_directory(path / "transformer") &&
         !std::filesystem::exists(path / "conditioner");
}

std::unique_ptr<Model> load_kontext(const std::filesystem::path& path, const LoadOptions& options) {
  const auto& given = options.parts;
  const auto files = unipic2::find_kontext_files(path, {.transformer = {},
                                                        .vae = given.vae,
                                                        .clip_l = given.clip_l,
                                                        .clip_g = given.clip_g,
                                                        .t5 = given.t5,
                                                        .tokenizers = given.tokenizers});
  const auto plan = plan_flow(files.flow(), options);
  RamLimit(options).check(path.string(), plan.weight_bytes);
  return std::make_unique<KontextModel>(unipic2::Kontext(files, plan.placement), plan.weight_bytes,
                                        options);
}

}  // namespace unipic::api
