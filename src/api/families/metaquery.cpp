#include "api/families/metaquery.h"

#include <utility>

#include "api/families/unipic2_pictures.h"
#include "api/ram_limit.h"
#include "base/check.h"
#include "models/unipic2/metaquery.h"
#include "models/unipic2/open_parts.h"

namespace unipic::api {
namespace fs = std::filesystem;

namespace {

// Bytes of weights.
struct RamUse {
  int64_t to_draw = 0, to_describe = 0;
};

class MetaqueryModel : public UniPic2Model<unipic2::Metaquery> {
 public:
  MetaqueryModel(unipic2::Metaquery metaquery, const RamUse& use, const LoadOptions& options)
      : UniPic2Model(std::move(metaquery), /*can_describe=*/true, options), use_(use) {}

  int64_t num_tokens(const std::string& text) const override {
    return static_cast<int64_t>(product().reader().tokenizer().encode(text).size());
  }
  GenerateOptions filled_in(GenerateOptions options, const Image* source) const override {
    check_usage(options.max_prompt_tokens == 0, "UniPic2-Metaquery reads prompts of any length");
    auto filled = unipic2_filled_in(std::move(options), source, facts());
    filled.max_prompt_tokens = 0;
    return filled;
  }

  int64_t bytes_to_draw(const GenerateOptions& options, int64_t num_pictures,
                        bool is_edit) const override {
    return use_.to_draw + flow_bytes_to_draw(flow(), options, num_pictures, is_edit);
  }
  int64_t bytes_to_describe() const override { return use_.to_describe; }

  std::unique_ptr<PictureRun> begin(std::span<const PictureSettings> pictures,
                                    const RunControl& control) const override {
    return begin_unipic2(flow(), encode(pictures, nullptr, control), nullptr, pictures, control);
  }
  std::unique_ptr<PictureRun> begin_edit(const Image& source,
                                         std::span<const PictureSettings> pictures,
                                         const RunControl& control) const override {
    const auto resized = source_picture(source, pictures.front().options);
    return begin_unipic2(flow(), encode(pictures, &resized, control), &resized, pictures, control);
  }

  AnswerRun begin_answer(const Image& image, const std::string& question,
                         const DescribeOptions& options, const RunControl& control) const override;

 private:
  // Each prompt is read with the source if there is one.
  unipic2::PromptPair encode(std::span<const PictureSettings> pictures, const Image* source,
                             const RunControl& control) const {
    const auto prompts = prompt_texts(pictures);
    auto texts = prompts.texts();
    for (auto& text : texts)
      text = source == nullptr ? unipic2::text_to_draw(text) : unipic2::text_to_edit(text);
    qwen25_vision::Patches patches;
    if (source != nullptr) {
      patches =
          product().reader().to_patches(std::vector<Image>(texts.size(), *source),
                                        unipic2::patches_of_source(source->width, source->height));
    }
    return prompts.pair(product().encode(texts, patches, control));
  }

  RamUse use_;
};

AnswerRun MetaqueryModel::begin_answer(const Image& image, const std::string& question,
                                       const DescribeOptions& options,
                                       const RunControl& control) const {
  check_usage(options.route == VisionRoute::kMar && options.size == 0,
              "Qwen2.5-VL has one way of seeing and reads a picture at its own size");
  check_no_picture_tokens(options.picture_tokens);
  const torch::InferenceMode no_autograd;
  const auto& reader = product().reader();
  const auto lmm = product().open_lmm();
  const auto patches = reader.to_patches({image});
  const auto rows =
      reader.tokenize({unipic2::chat_text(question, /*has_picture=*/true)}, patches.grids);
  const auto image_tokens = control.timed("vision", [&] { return lmm.see(patches); });
  const auto* ids = rows.ids_BT.const_data_ptr<int64_t>();
  return {qwen2::Continuation(lmm.llm(), lmm.embed(rows.ids_BT, image_tokens),
                              {.max_new_tokens = options.max_tokens,
                               .end_ids = reader.rules().end_ids,
                               .repetition_penalty = reader.rules().repetition_penalty,
                               .prompt_ids = {{ids, ids + rows.ids_BT.numel()}},
                               .prompt_positions = reader.positions(rows, patches.grids),
                               .sampling = sampling_of(options)},
                              control),
          reader.tokenizer(), rows.ids_BT.numel()};
}

}  // namespace

bool is_metaquery(const fs::path& path) {
  return fs::is_directory(path / "transformer") && fs::is_directory(path / "conditioner");
}

std::unique_ptr<Model> load_metaquery(const fs::path& path, const LoadOptions& options) {
  const auto lmm = unipic2::find_lmm(path, options.lmm);
  const unipic2::FlowFiles files = {path / "transformer", path / "vae", path / "scheduler"};
  const auto plan = plan_flow(files, options);
  const auto bytes_of = [&](const convert::WeightSource& weights) {
    return weight_bytes(weights.num_elements(), plan.placement.dtype, ops::WeightBits::kAsTheType);
  };
  RamUse use;
  use.to_draw =
      plan.weight_bytes + bytes_of(unipic2::open_conditioner(path / "conditioner").weights);
  use.to_describe = use.to_draw + bytes_of(unipic2::open_llm(lmm).weights) +
                    bytes_of(unipic2::open_vision(lmm).weights);
  RamLimit(options).check(path.string(), use.to_draw);
  return std::make_unique<MetaqueryModel>(unipic2::Metaquery(path, lmm, plan.placement), use,
                                          options);
}

}  // namespace unipic::api
