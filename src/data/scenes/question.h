#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/random_stream.h"
#include "data/scenes/scene.h"

namespace unipic::scenes {

enum class QuestionKind : uint8_t {
  kCaption,     // a sentence
  kExistence,   // yes or no, as often
  kCount,       // digits
  kColour,      // one of the eleven words
  kRelation,    // yes or no, as often; or left, right, above, below
  kComparison,  // which of two is larger, or more numerous
  kPosition,    // a ninth of the picture: "top left", "center", ...
};
inline constexpr size_t kNumQuestionKinds = 7;

// "caption", "existence", ...
std::string_view name_of(QuestionKind kind);

// Where the absent class of an existence question comes from, as in POPE.
enum class Negatives : uint8_t {
  kRandom,       // any class
  kPopular,      // the ones that scenes show most
  kAdversarial,  // of the kind of something that is there
};

struct Question {
  QuestionKind kind = QuestionKind::kCaption;
  std::string text;
  std::string answer;
  std::optional<Negatives> negatives;  // of existence questions whose answer is no
};

// A random question of this kind about a scene without a style; nothing if the scene has no answer
// that all would agree on. The negatives are of the given sort, or of any.
std::optional<Question> make_question(QuestionKind kind, const Scene& scene,
                                      const Catalogue& catalogue, RandomStream& random,
                                      std::optional<Negatives> negatives = {});

}  // namespace unipic::scenes
