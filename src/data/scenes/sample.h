#pragma once

#include <optional>
#include <string>

#include "data/scenes/edit.h"
#include "data/scenes/question.h"
#include "data/scenes/sampler.h"

// Samples for training and evaluation: sample `index` of `epoch` is a pure function of the key, the
// options and the catalogue. Safe to call from several threads.

namespace unipic::scenes {

enum class CaptionStyle : uint8_t {
  kMixed,  // `sample_caption`
  kDense,  // `dense_caption`
  kShort,  // `short_caption`
};

struct CaptionSample {
  Scene scene;
  std::string caption;
};
CaptionSample caption_sample(const SampleKey& key, const SceneOptions& options,
                             const Catalogue& catalogue, CaptionStyle style = CaptionStyle::kMixed);

Edit edit_sample(const SampleKey& key, const SceneOptions& options, const Catalogue& catalogue,
                 std::optional<EditKind> kind = {});

struct QuestionSample {
  Scene scene;
  Question question;
};
QuestionSample question_sample(const SampleKey& key, const SceneOptions& options,
                               const Catalogue& catalogue, std::optional<QuestionKind> kind = {},
                               std::optional<Negatives> negatives = {});

}  // namespace unipic::scenes
