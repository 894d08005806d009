#include "data/scenes/question.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "data/scenes/caption.h"
#include "data/scenes/region.h"
#include "data/scenes/sampler.h"
#include "data/scenes/words.h"

namespace unipic::scenes {
namespace {

constexpr double kClearlyLarger = 1.6;  // least ratio of the areas of two boxes

using Found = std::optional<Question>;

template <size_t N, typename... Args>
std::string ask(RandomStream& random, const std::array<std::string_view, N>& forms,
                const Args&... args) {
  return fmt::format(fmt::runtime(random.choose(forms)), args...);
}

// An object that class and colour name, and how they do.
struct Named {
  size_t index;
  std::string name;  // "red dog"
  std::string definite;
  std::string_view verb;
};

std::vector<Named> named_objects(const Scene& scene, const Catalogue& catalogue,
                                 RandomStream& random) {
  std::vector<Named> result;
  for (size_t i = 0; i < scene.objects.size(); ++i) {
    const auto group = lone_group(scene, i);
    if (!group) continue;
    const auto& object_class = catalogue.at(group->class_index);
    const bool only_class = count_of(scene, group->class_index) == 1;
    const auto words = definite(object_class, only_class ? std::nullopt : group->colour);
    result.push_back({i, words.substr(words.find(' ') + 1), words, is_or_are(object_class)});
  }
  random.shuffle(result);
  return result;
}

Found caption_question(const Scene& scene, const Catalogue& catalogue, RandomStream& random) {
  constexpr std::array<std::string_view, 4> kForms = {
      "Describe the picture.", "What does the image show?", "Write a caption for this picture.",
      "What can be seen here?"};
  return Question{
      QuestionKind::kCaption, ask(random, kForms), natural_caption(scene, catalogue, random), {}};
}

// Nobody would see it in the scene: nothing there is of it, or has its name inside its own, as a
// teddy bear has.
bool is_absent(size_t class_index, const Scene& scene, const Catalogue& catalogue) {
  const auto& name = catalogue.at(class_index).name;
  return std::none_of(scene.objects.begin(), scene.objects.end(), [&](const SceneObject& object) {
    return catalogue.at(object.class_index).name.find(name) != std::string::npos;
  });
}

std::optional<size_t> absent_class(Negatives negatives, const Scene& scene,
                                   const Catalogue& catalogue, RandomStream& random) {
  const auto is_of_kind = [&](size_t class_index) {
    return std::any_of(scene.objects.begin(), scene.objects.end(), [&](const SceneObject& object) {
      return catalogue.at(object.class_index).kind == catalogue.at(class_index).kind;
    });
  };
  std::vector<size_t> candidates;
  for (size_t i = 0; i < catalogue.size(); ++i) {
    const bool suits = negatives == Negatives::kRandom ||
                       (negatives == Negatives::kPopular && catalogue.at(i).popular) ||
                       (negatives == Negatives::kAdversarial && is_of_kind(i));
    if (suits && is_absent(i, scene, catalogue)) candidates.push_back(i);
  }
  if (candidates.empty()) return std::nullopt;
  return random.choose(candidates);
}

Found existence_question(const Scene& scene, const Catalogue& catalogue, RandomStream& random,
                         std::optional<Negatives> negatives) {
  const bool exists = random.chance(0.5);
  const auto sort = negatives.value_or(static_cast<Negatives>(random.below(3)));
  auto asked = std::optional(random.choose(scene.objects).class_index);
  if (!exists) asked = absent_class(sort, scene, catalogue, random);
  if (!asked) return std::nullopt;
  constexpr std::array<std::string_view, 4> kForms = {
      "Is there {} in the image?", "Is there {} in the picture?", "Does the picture show {}?",
      "Can you see {} here?"};
  return Question{QuestionKind::kExistence, ask(random, kForms, counted(catalogue.at(*asked), 1)),
                  exists ? "yes" : "no", exists ? std::nullopt : std::optional(sort)};
}

Found count_question(const Scene& scene, const Catalogue& catalogue, RandomStream& random) {
  if (random.chance(0.1)) {
    return Question{QuestionKind::kCount,
                    "How many objects are there in total?",
                    fmt::to_string(scene.objects.size()),
                    {}};
  }
  const size_t asked = random.choose(groups_of(scene)).class_index;
  constexpr std::array<std::string_view, 3> kForms = {
      "How many {} are there?", "How many {} are in the picture?", "Count the {}."};
  return Question{QuestionKind::kCount,
                  ask(random, kForms, plural(catalogue.at(asked))),
                  fmt::to_string(count_of(scene, asked)),
                  {}};
}

Found colour_question(const Scene& scene, const Catalogue& catalogue, RandomStream& random) {
  struct Thing {
    std::string words;
    std::string_view verb;
    Colour colour;
  };
  std::vector<Thing> things;
  for (const auto& group : groups_of(scene)) {
    const auto count = static_cast<int>(group.members.size());
    if (!group.colour || count_of(scene, group.class_index) != count) continue;
    const auto& object_class = catalogue.at(group.class_index);
    const auto verb = count == 1 ? is_or_are(object_class) : "are";
    things.push_back(
        {count == 1 ? definite(object_class) : "the " + plural(object_class), verb, *group.colour});
  }
  if (scene.background.kind == BackgroundKind::kPlain) {
    things.push_back({"the background", "is", scene.background.colour});
  }
  if (things.empty()) return std::nullopt;
  const auto& thing = random.choose(things);
  constexpr std::array<std::string_view, 2> kForms = {"What color {1} {0}?",
                                                      "Which color {1} {0}?"};
  return Question{QuestionKind::kColour,
                  ask(random, kForms, thing.words, thing.verb),
                  std::string(name_of(thing.colour)),
                  {}};
}

std::string_view answer_for(Relation relation) {
  constexpr std::array<std::string_view, kNumRelations> kAnswers = {"left", "right", "above",
                                                                    "below"};
  return kAnswers[static_cast<size_t>(relation)];
}

Found relation_question(const Scene& scene, const Catalogue& catalogue, RandomStream& random) {
  const auto objects = named_objects(scene, catalogue, random);
  if (objects.size() < 2) return std::nullopt;
  const auto& a = objects[0];
  const auto& b = objects[1];
  const auto relation = clear_relation(box_of(scene.objects[a.index], catalogue),
                                       box_of(scene.objects[b.index], catalogue));
  if (!relation) return std::nullopt;
  if (random.chance(0.5)) {
    constexpr std::array<std::string_view, 2> kForms = {"Where {2} {0} relative to {1}?",
                                                        "On which side of {1} {2} {0}?"};
    // A side is left or right only.
    const bool beside = *relation == Relation::kLeftOf || *relation == Relation::kRightOf;
    const auto form = beside ? random.choose(kForms) : kForms[0];
    return Question{QuestionKind::kRelation,
                    fmt::format(fmt::runtime(form), a.definite, b.definite, a.verb),
                    std::string(answer_for(*relation)),
                    {}};
  }
  const bool holds = random.chance(0.5);
  auto asked = *relation;
  while (!holds && asked == *relation) asked = static_cast<Relation>(random.below(kNumRelations));
  return Question{
      QuestionKind::kRelation,
      capitalized(fmt::format("{} {} {} {}?", a.verb, a.definite, preposition(asked), b.definite)),
      holds ? "yes" : "no",
      {}};
}

Found size_question(const Scene& scene, const Catalogue& catalogue, RandomStream& random) {
  const auto objects = named_objects(scene, catalogue, random);
  if (objects.size() < 2) return std::nullopt;
  const auto& a = objects[0];
  const auto& b = objects[1];
  const double ratio = box_of(scene.objects[a.index], catalogue).area() /
                       box_of(scene.objects[b.index], catalogue).area();
  if (ratio < kClearlyLarger && ratio > 1 / kClearlyLarger) return std::nullopt;
  const bool larger = random.chance(0.5);
  return Question{
      QuestionKind::kComparison,
      fmt::format("Which is {}, {} or {}?", larger ? "larger" : "smaller", a.definite, b.definite),
      (ratio > 1) == larger ? a.name : b.name,
      {}};
}

Found number_question(const Scene& scene, const Catalogue& catalogue, RandomStream& random) {
  std::vector<size_t> classes;
  for (const auto& group : groups_of(scene)) {
    if (std::find(classes.begin(), classes.end(), group.class_index) == classes.end()) {
      classes.push_back(group.class_index);
    }
  }
  random.shuffle(classes);
  if (classes.size() < 2) return std::nullopt;
  const int a = count_of(scene, classes[0]), b = count_of(scene, classes[1]);
  if (a == b) return std::nullopt;
  const auto name_a = plural(catalogue.at(classes[0])), name_b = plural(catalogue.at(classes[1]));
  return Question{QuestionKind::kComparison,
                  fmt::format("Are there more {} or more {}?", name_a, name_b),
                  a > b ? name_a : name_b,
                  {}};
}

Found position_question(const Scene& scene, const Catalogue& catalogue, RandomStream& random) {
  const auto objects = named_objects(scene, catalogue, random);
  if (objects.empty()) return std::nullopt;
  const auto region =
      clear_region(box_of(scene.objects[objects[0].index], catalogue), scene.width, scene.height);
  if (!region) return std::nullopt;
  constexpr std::array<std::string_view, 2> kForms = {"Where in the picture {1} {0}?",
                                                      "In which part of the image {1} {0}?"};
  return Question{QuestionKind::kPosition,
                  ask(random, kForms, objects[0].definite, objects[0].verb),
                  std::string(name_of(*region)),
                  {}};
}

}  // namespace

std::string_view name_of(QuestionKind kind) {
  constexpr std::array<std::string_view, kNumQuestionKinds> kNames = {
      "caption", "existence", "count", "color", "relation", "comparison", "position"};
  return kNames[static_cast<size_t>(kind)];
}

std::optional<Question> make_question(QuestionKind kind, const Scene& scene,
                                      const Catalogue& catalogue, RandomStream& random,
                                      std::optional<Negatives> negatives) {
  switch (kind) {
    case QuestionKind::kCaption:
      return caption_question(scene, catalogue, random);
    case QuestionKind::kExistence:
      return existence_question(scene, catalogue, random, negatives);
    case QuestionKind::kCount:
      return count_question(scene, catalogue, random);
    case QuestionKind::kColour:
      return colour_question(scene, catalogue, random);
    case QuestionKind::kRelation:
      return relation_question(scene, catalogue, random);
    case QuestionKind::kComparison:
      return random.chance(0.6) ? size_question(scene, catalogue, random)
                                : number_question(scene, catalogue, random);
    case QuestionKind::kPosition:
      break;
  }
  return position_question(scene, catalogue, random);
}

}  // namespace unipic::scenes
