#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/random_stream.h"
#include "data/scenes/scene.h"

// English for what scenes show. Colours and "gray" are spelt as GenEval does.

namespace unipic::scenes {

// "one" to "ten"; beyond that digits.
std::string number_word(int number);
// "a " or "an ", by the letter that `words` begin with, before them.
std::string with_article(std::string_view words);
std::string capitalized(std::string text);
// "a", "a and b", "a, b and c".
std::string enumerated(std::span<const std::string> items);

// "dog", "red dog", "pair of red scissors".
std::string singular(const ObjectClass& object_class, std::optional<Colour> colour = {});
// "dogs", "red dogs", "pairs of red scissors".
std::string plural(const ObjectClass& object_class, std::optional<Colour> colour = {});
// "a red dog", "two red dogs", "a pair of scissors".
std::string counted(const ObjectClass& object_class, int count, std::optional<Colour> colour = {});
// "the red dog", "the red scissors".
std::string definite(const ObjectClass& object_class, std::optional<Colour> colour = {});
// Of `definite`, as a subject: "is", and "are" for scissors.
std::string_view is_or_are(const ObjectClass& object_class);

// GenEval's plurals, which are not always English: "benchs", "sheeps", "buses".
std::string geneval_plural(std::string_view name);

// "to the left of", "above", ...
std::string_view preposition(Relation relation);

// "a plain red background", "a sandy beach", ...
std::string background_noun(const Background& background, RandomStream& random);
// The same as a place: "on a plain red background", "at night", ...
std::string background_place(const Background& background, RandomStream& random);

}  // namespace unipic::scenes
