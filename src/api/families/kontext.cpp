#include "api/families/kontext.h"

#include "api/families/unipic2_pictures.h"
#include "api/ram_limit.h"
#include "base/check.h"
#include "models/unipic2/kontext.h"
#include "ops/placement.h"

namespace unipic::api {
namespace {

class KontextModel : public Model {
 public:
  KontextModel(const unipic2::KontextFiles& files, const ops::Placement& placement,
               int64_t weight_bytes, const LoadOptions& options)
      : kontext_(files, placement),
        weight_bytes_(weight_bytes),
        facts_(unipic2_facts(kontext_.flow(), /*can_describe=*/false)),
        dtype_(
            ops::dtype_name(kontext_.flow().placement().dtype, ops::weight_bits(options.dtype))) {
    prepare(kontext_.flow(), options);
  }

  const ModelFacts& facts() const override { return facts_; }
  std::string dtype() const override { return dtype_; }
  int64_t num_tokens(const std::string& text) const override {
    return kontext_.text_encoders().num_tokens(text);
  }
  GenerateOptions filled_in(GenerateOptions options, const Image* source) const override {
    return unipic2_filled_in(std::move(options), source, facts_);
  }

  int64_t bytes_to_draw(const GenerateOptions& options, int64_t num_pictures,
                        bool is_edit) const override {
    return weight_bytes_ + flow_bytes_to_draw(kontext_.flow(), options, num_pictures, is_edit);
  }
  int64_t bytes_to_describe() const override { return weight_bytes_; }

  std::unique_ptr<PictureRun> begin(std::span<const PictureSettings> pictures,
                                    const RunControl& control) const override {
    return begin_unipic2(kontext_.flow(), encode(pictures, control), nullptr, pictures, control);
  }
  std::unique_ptr<PictureRun> begin_edit(const Image& source,
                                         std::span<const PictureSettings> pictures,
                                         const RunControl& control) const override {
    const auto resized = source_picture(source, pictures.front().options);
    return begin_unipic2(kontext_.flow(), encode(pictures, control), &resized, pictures, control);
  }
  AnswerRun begin_answer(const Image&, const std::string&, const DescribeOptions&,
                         const RunControl&) const override {
    throw UsageError("UniPic2-SD3.5M-Kontext draws and edits; it does not describe pictures");
  }
  void advance(std::span<PictureRun* const> runs) const override { advance_unipic2(runs); }

 private:
  unipic2::PromptPair encode(std::span<const PictureSettings> pictures,
                             const RunControl& control) const {
    const auto& options = pictures.front().options;
    return kontext_.encode(prompt_texts(pictures), options.max_prompt_tokens, control);
  }

  unipic2::Kontext kontext_;
  int64_t weight_bytes_;
  ModelFacts facts_;
  std::string dtype_;
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
  const auto placement = unipic2_placement(options, files.flow());
  const int64_t bytes = flow_weight_bytes(files.flow(), placement, options);
  RamLimit(options).check(path.string(), bytes);
  return std::make_unique<KontextModel>(files, placement, bytes, options);
}

}  // namespace unipic::api
