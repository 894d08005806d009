#include "data/scenes/words.h"

#include <fmt/format.h>

#include <array>

namespace unipic::scenes {
namespace {

std::string prefixed(std::optional<Colour> colour, std::string_view noun) {
  return colour ? fmt::format("{} {}", name_of(*colour), noun) : std::string(noun);
}

std::string plain_noun(Colour colour, RandomStream& random) {
  constexpr std::array<std::string_view, 3> kForms = {"plain {} background", "solid {} background",
                                                      "{} background"};
  return with_article(fmt::format(fmt::runtime(random.choose(kForms)), name_of(colour)));
}

std::string room_noun(Colour colour, RandomStream& random) {
  return random.chance(0.5) ? fmt::format("a room with {} walls", name_of(colour))
                            : fmt::format("a room painted {}", name_of(colour));
}

std::string gradient_noun(const Background& background, RandomStream& random) {
  const auto from = name_of(background.colour), to = name_of(background.colour2);
  return random.chance(0.5) ? fmt::format("a background that fades from {} to {}", from, to)
                            : fmt::format("a gradient from {} to {}", from, to);
}

template <size_t N>
std::string one_of(const std::array<std::string_view, N>& forms, RandomStream& random) {
  return std::string(random.choose(forms));
}

}  // namespace

std::string number_word(int number) {
  constexpr std::array<std::string_view, 10> kWords = {"one", "two",   "three", "four", "five",
                                                       "six", "seven", "eight", "nine", "ten"};
  const bool has_word = number >= 1 && number <= static_cast<int>(kWords.size());
  return has_word ? std::string(kWords[static_cast<size_t>(number - 1)]) : fmt::to_string(number);
}

std::string with_article(std::string_view words) {
  const bool vowel = !words.empty() && std::string_view("aeiou").find(words[0]) != words.npos;
  return fmt::format("{} {}", vowel ? "an" : "a", words);
}

std::string capitalized(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') {
    text[0] = static_cast<char>(text[0] - 'a' + 'A');
  }
  return text;
}

std::string enumerated(std::span<const std::string> items) {
  if (items.empty()) return "";
  if (items.size() == 1) return items[0];
  const auto first = items.first(items.size() - 1);
  return fmt::format("{} and {}", fmt::join(first, ", "), items.back());
}

std::string singular(const ObjectClass& object_class, std::optional<Colour> colour) {
  if (object_class.measure.empty()) return prefixed(colour, object_class.name);
  return fmt::format("{} of {}", object_class.measure, prefixed(colour, object_class.plural));
}

std::string plural(const ObjectClass& object_class, std::optional<Colour> colour) {
  if (object_class.measure.empty()) return prefixed(colour, object_class.plural);
  return fmt::format("{} of {}", object_class.measures, prefixed(colour, object_class.plural));
}

std::string counted(const ObjectClass& object_class, int count, std::optional<Colour> colour) {
  if (count == 1) return with_article(singular(object_class, colour));
  return fmt::format("{} {}", number_word(count), plural(object_class, colour));
}

std::string definite(const ObjectClass& object_class, std::optional<Colour> colour) {
  const bool counted_by = !object_class.measure.empty();
  return "the " + prefixed(colour, counted_by ? object_class.plural : object_class.name);
}

std::string_view is_or_are(const ObjectClass& object_class) {
  return object_class.measure == "pair" ? "are" : "is";
}

std::string geneval_plural(std::string_view name) {
  return fmt::format("{}{}", name, name.ends_with('s') ? "es" : "s");
}

std::string_view preposition(Relation relation) {
  switch (relation) {
    case Relation::kLeftOf:
      return "to the left of";
    case Relation::kRightOf:
      return "to the right of";
    case Relation::kAbove:
      return "above";
    case Relation::kBelow:
      break;
  }
  return "below";
}

std::string background_noun(const Background& background, RandomStream& random) {
  constexpr std::array<std::string_view, 2> kSky = {"a blue sky with clouds", "a cloudy blue sky"};
  constexpr std::array<std::string_view, 2> kGrass = {"a green meadow",
                                                      "green grass under the sky"};
  constexpr std::array<std::string_view, 2> kSand = {"sand", "a sandy ground"};
  constexpr std::array<std::string_view, 2> kNight = {"a dark night sky", "the night sky"};
  switch (background.kind) {
    case BackgroundKind::kPlain:
      return plain_noun(background.colour, random);
    case BackgroundKind::kGradient:
      return gradient_noun(background, random);
    case BackgroundKind::kSky:
      return one_of(kSky, random);
    case BackgroundKind::kGrass:
      return one_of(kGrass, random);
    case BackgroundKind::kSand:
      return one_of(kSand, random);
    case BackgroundKind::kNight:
      return one_of(kNight, random);
    case BackgroundKind::kRoom:
      break;
  }
  return room_noun(background.colour, random);
}

std::string background_place(const Background& background, RandomStream& random) {
  constexpr std::array<std::string_view, 3> kSky = {"in the sky", "against a blue sky",
                                                    "in front of a blue sky with clouds"};
  constexpr std::array<std::string_view, 3> kGrass = {"in a meadow", "on a green meadow",
                                                      "in a field of grass"};
  constexpr std::array<std::string_view, 2> kSand = {"on sand", "on sandy ground"};
  constexpr std::array<std::string_view, 3> kNight = {"at night", "under a night sky",
                                                      "against the dark night sky"};
  switch (background.kind) {
    case BackgroundKind::kPlain: {
      const std::string where = random.chance(0.5) ? "on " : "against ";
      return where + plain_noun(background.colour, random);
    }
    case BackgroundKind::kGradient:
      return "on " + gradient_noun(background, random);
    case BackgroundKind::kSky:
      return one_of(kSky, random);
    case BackgroundKind::kGrass:
      return one_of(kGrass, random);
    case BackgroundKind::kSand:
      return one_of(kSand, random);
    case BackgroundKind::kNight:
      return one_of(kNight, random);
    case BackgroundKind::kRoom:
      break;
  }
  return "in " + room_noun(background.colour, random);
}

}  // namespace unipic::scenes
