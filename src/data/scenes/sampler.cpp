#include "data/scenes/sampler.h"

#include <algorithm>
#include <array>

#include "base/check.h"
#include "data/scenes/held_out.h"

namespace unipic::scenes {
namespace {

// What GenEval asks for, and then something of everything.
enum class Recipe : uint8_t { kOne, kColoured, kCount, kPair, kColouredPair, kRelation, kFree };
constexpr std::array<double, 7> kTrainRecipes = {0.12, 0.12, 0.16, 0.14, 0.14, 0.16, 0.16};
// Those whose caption states a colour, a count or a relation.
constexpr std::array<double, 7> kHeldOutRecipes = {0, 1, 1, 0, 1, 1, 0};
constexpr std::array<double, 7> kTrainOneObject = {1, 1, 0, 0, 0, 0, 0};
constexpr std::array<double, 7> kHeldOutOneObject = {0, 1, 0, 0, 0, 0, 0};

constexpr double kRelated = 0.35;      // how often a further class is of the first one's kind
constexpr double kSameClass = 0.08;    // how often a coloured pair is two of one class
constexpr double kFreeColoured = 0.4;  // of the groups of a free scene
constexpr int kNumComposed = 6;        // scenes tried with one content

Colour random_colour(RandomStream& random) { return colour_at(random.below(kNumColours)); }

bool belongs(const ObjectClass& object_class, ClassSet classes) {
  switch (classes) {
    case ClassSet::kAll:
      return true;
    case ClassSet::kCoco:
      return object_class.coco;
    case ClassSet::kPopular:
      return object_class.popular;
  }
  return false;
}

const std::array<double, 7>& recipe_weights(const SceneOptions& options) {
  const bool held_out = options.split == Split::kHeldOut;
  if (options.contents == Contents::kOneObject) {
    return held_out ? kHeldOutOneObject : kTrainOneObject;
  }
  return held_out ? kHeldOutRecipes : kTrainRecipes;
}

size_t recolourable_class(ClassSet classes, const Catalogue& catalogue, RandomStream& random) {
  size_t chosen = random_class(catalogue, random, classes);
  while (!catalogue.at(chosen).recolour) chosen = random_class(catalogue, random, classes);
  return chosen;
}

ObjectSpec spec_of(size_t class_index, bool coloured, const Catalogue& catalogue,
                   RandomStream& random) {
  const auto& object_class = catalogue.at(class_index);
  if (object_class.is_shape() || (coloured && object_class.recolour)) {
    return {class_index, random_colour(random)};
  }
  return {class_index, std::nullopt};
}

// A class that `objects` do not show, not even in passing.
size_t further_class(const std::vector<ObjectSpec>& objects, ClassSet classes,
                     const Catalogue& catalogue, RandomStream& random) {
  const auto is_shown = [&](size_t class_index) {
    return std::any_of(objects.begin(), objects.end(), [&](const ObjectSpec& spec) {
      return spec.class_index == class_index ||
             catalogue.are_ambiguous(spec.class_index, class_index);
    });
  };
  size_t chosen = random_class(catalogue, random, classes);
  if (!objects.empty() && random.chance(kRelated)) {
    chosen = related_class(random.choose(objects).class_index, catalogue, random, classes);
  }
  while (is_shown(chosen)) chosen = random_class(catalogue, random, classes);
  return chosen;
}

Content coloured_pair(ClassSet classes, const Catalogue& catalogue, RandomStream& random) {
  const size_t first = recolourable_class(classes, catalogue, random);
  size_t second = first;
  if (!random.chance(kSameClass)) {
    while (second == first || catalogue.are_ambiguous(first, second)) {
      second = recolourable_class(classes, catalogue, random);
    }
  }
  std::array<Colour, kNumColours> colours;
  for (size_t i = 0; i < kNumColours; ++i) colours[i] = colour_at(i);
  random.shuffle(colours);
  return {{{first, colours[0]}, {second, colours[1]}}, {}};
}

Content several(int count, bool coloured, ClassSet classes, const Catalogue& catalogue,
                RandomStream& random) {
  const auto spec = spec_of(random_class(catalogue, random, classes), coloured, catalogue, random);
  return {std::vector<ObjectSpec>(static_cast<size_t>(count), spec), {}};
}

// Up to `kMaxObjects` in one to four groups, each of a class of its own.
Content free_content(ClassSet classes, const Catalogue& catalogue, RandomStream& random) {
  Content content;
  const int num_groups = random.between(1, 4);
  for (int group = 0; group < num_groups && content.objects.size() < kMaxObjects; ++group) {
    const size_t chosen = further_class(content.objects, classes, catalogue, random);
    const bool coloured = random.chance(kFreeColoured);
    const auto spec = spec_of(chosen, coloured, catalogue, random);
    const auto room = static_cast<int>(kMaxObjects - content.objects.size());
    const int count = random.chance(0.6) ? 1 : std::min(room, random.between(1, 3));
    content.objects.insert(content.objects.end(), static_cast<size_t>(count), spec);
  }
  return content;
}

Content pair(ClassSet classes, const Catalogue& catalogue, RandomStream& random) {
  Content content;
  for (int i = 0; i < 2; ++i) {
    const size_t chosen = further_class(content.objects, classes, catalogue, random);
    content.objects.push_back(spec_of(chosen, false, catalogue, random));
  }
  return content;
}

Content random_content(const SceneOptions& options, const Catalogue& catalogue,
                       RandomStream& random) {
  const auto classes = options.classes;
  switch (static_cast<Recipe>(random.weighted(recipe_weights(options)))) {
    case Recipe::kOne:
      return several(1, false, classes, catalogue, random);
    case Recipe::kColoured: {
      const size_t chosen = recolourable_class(classes, catalogue, random);
      return {{{chosen, random_colour(random)}}, {}};
    }
    case Recipe::kCount: {
      const int count = random.between(2, static_cast<int>(kMaxObjects));
      return several(count, random.chance(0.2), classes, catalogue, random);
    }
    case Recipe::kPair:
      return pair(classes, catalogue, random);
    case Recipe::kColouredPair:
      return coloured_pair(classes, catalogue, random);
    case Recipe::kRelation: {
      auto content = pair(classes, catalogue, random);
      content.wishes.push_back({1, 0, static_cast<Relation>(random.below(kNumRelations))});
      return content;
    }
    case Recipe::kFree:
      break;
  }
  return free_content(classes, catalogue, random);
}

// Whether a caption of the scene must state something held out: all do with colours and counts,
// and with the relation that was wished for.
bool states_held_out(const Scene& scene, const Content& content, const Catalogue& catalogue) {
  if (has_held_out_content(scene, catalogue)) return true;
  return std::any_of(content.wishes.begin(), content.wishes.end(), [&](const RelationWish& wish) {
    return is_held_out(catalogue.at(content.objects[wish.subject].class_index), wish.relation,
                       catalogue.at(content.objects[wish.target].class_index));
  });
}

bool suits(const Scene& scene, const Content& content, Split split, const Catalogue& catalogue) {
  switch (split) {
    case Split::kTrain:
      return held_out_facts(scene, catalogue).empty();
    case Split::kHeldOut:
      return states_held_out(scene, content, catalogue);
    case Split::kAny:
      break;
  }
  return true;
}

}  // namespace

void SceneOptions::validate() const {
  check(std::min(width, height) == 1 && std::max(width, height) <= 4,
        "a scene of {} x {}: the shorter side is 1, the longer one at most 4", width, height);
  check(layout != Layout::kIcon || contents == Contents::kOneObject,
        "scenes laid out as icons must be of one object");
}

size_t random_class(const Catalogue& catalogue, RandomStream& random, ClassSet classes) {
  constexpr uint32_t kPopularWeight = 3;
  while (true) {
    const size_t chosen = random.below(static_cast<uint32_t>(catalogue.size()));
    if (!belongs(catalogue.at(chosen), classes)) continue;
    if (catalogue.at(chosen).popular || random.below(kPopularWeight) == 0) return chosen;
  }
}

size_t related_class(size_t class_index, const Catalogue& catalogue, RandomStream& random,
                     ClassSet classes) {
  std::vector<size_t> related;
  for (size_t i = 0; i < catalogue.size(); ++i) {
    if (i != class_index && catalogue.at(i).kind == catalogue.at(class_index).kind &&
        belongs(catalogue.at(i), classes)) {
      related.push_back(i);
    }
  }
  return related.empty() ? class_index : random.choose(related);
}

Scene sample_scene(const SceneOptions& options, const Catalogue& catalogue, RandomStream& random) {
  options.validate();
  while (true) {
    const auto content = random_content(options, catalogue, random);
    for (int i = 0; i < kNumComposed; ++i) {
      const auto scene =
          compose(content, options.width, options.height, catalogue, random, options.layout);
      if (!scene) break;
      if (suits(*scene, content, options.split, catalogue)) return *scene;
      if (options.split == Split::kTrain && has_held_out_content(*scene, catalogue)) break;
    }
  }
}

}  // namespace unipic::scenes
