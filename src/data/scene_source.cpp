#include "data/scene_source.h"

#include "data/scenes/render.h"
#include "data/scenes/sample.h"

namespace unipic::data {
namespace {

class SceneSource : public Source {
 public:
  SceneSource(std::string name, std::shared_ptr<const scenes::Catalogue> catalogue,
              const SceneSourceOptions& options)
      : name_(std::move(name)), catalogue_(std::move(catalogue)), options_(options) {}

  const std::string& name() const override { return name_; }
  std::optional<uint64_t> size() const override { return {}; }

  Sample sample(uint64_t epoch, uint64_t index) const override {
    const SampleKey key = {
        .seed = options_.seed, .epoch = static_cast<uint32_t>(epoch), .index = index};
    switch (options_.task) {
      case SceneTask::kCaption:
        return captioned(key, scenes::CaptionStyle::kMixed);
      case SceneTask::kDenseCaption:
        return captioned(key, scenes::CaptionStyle::kDense);
      case SceneTask::kShortCaption:
        return captioned(key, scenes::CaptionStyle::kShort);
      case SceneTask::kDescription: {
        const auto sample =
            scenes::caption_sample(key, options_.scenes, *catalogue_, scenes::CaptionStyle::kDense);
        return Understanding{picture(sample.scene), "Describe the picture in detail.",
                             sample.caption};
      }
      case SceneTask::kQuestion: {
        const auto sample = scenes::question_sample(key, options_.scenes, *catalogue_);
        return Understanding{picture(sample.scene), sample.question.text, sample.question.answer};
      }
      case SceneTask::kEdit:
        break;
    }
    const auto edit = scenes::edit_sample(key, options_.scenes, *catalogue_);
    return Edit{{picture(edit.before)}, picture(edit.after), edit.instruction};
  }

 private:
  Sample captioned(const SampleKey& key, scenes::CaptionStyle style) const {
    const auto sample = scenes::caption_sample(key, options_.scenes, *catalogue_, style);
    return TextToImage{picture(sample.scene), sample.caption};
  }

  Image picture(const scenes::Scene& scene) const {
    return scenes::render(scene, *catalogue_, options_.size, options_.size).image;
  }

  const std::string name_;
  const std::shared_ptr<const scenes::Catalogue> catalogue_;
  const SceneSourceOptions options_;
};

}  // namespace

std::unique_ptr<Source> scene_source(std::string name,
                                     std::shared_ptr<const scenes::Catalogue> catalogue,
                                     const SceneSourceOptions& options) {
  return std::make_unique<SceneSource>(std::move(name), std::move(catalogue), options);
}

}  // namespace unipic::data
