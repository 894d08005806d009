#pragma once

#include <string>

#include "base/random_stream.h"
#include "data/scenes/request.h"

// Captions name every object, with its number and its asked colour, and say nothing else that is
// not so; relations are named only where they are clear.

namespace unipic::scenes {

enum class Plurals : uint8_t {
  kEnglish,  // "three benches", "a pair of scissors"
  kGenEval,  // "three benchs", "a scissors", as its prompts say
};

// GenEval's wording: "a photo of a bench", "... two dogs", "... a red car and a blue cup", "... a
// dog right of a teddy bear". The last only for two clauses of which the second has a position.
std::string template_caption(std::span<const ObjectRequest> requests, const Catalogue& catalogue,
                             Plurals plurals = Plurals::kEnglish);

// What a scene shows, as clauses: its groups, and for two single things the clear relation of the
// second to the first, if there is one.
std::vector<ObjectRequest> requests_of(const Scene& scene, const Catalogue& catalogue);

// One or two sentences in one of many wordings, some with the background and the relations. Nothing
// is said of a style.
std::string natural_caption(const Scene& scene, const Catalogue& catalogue, RandomStream& random);

// The template, with the relation of a pair from either side. That the second of two is to the
// right of the first, as it is in a plain layout, may be left out; no other relation is.
std::string short_caption(const Scene& scene, const Catalogue& catalogue, RandomStream& random);

// The template a third of the time (its relation half of the time that it could be), else natural.
std::string sample_caption(const Scene& scene, const Catalogue& catalogue, RandomStream& random);

}  // namespace unipic::scenes
