#pragma once

#include <string>
#include <vector>

#include "data/scenes/scene.h"

// Combinations that training never shows, to find out whether a model can put together what it
// knows. The rule needs no list: the 64-bit FNV-1a hash of a text, mixed as MurmurHash3 finishes,
// is a multiple of 10. The text is "color/CLASS/COLOR", "count/CLASS/NUMBER", or
// "relation/CLASS/left of/CLASS" ("above" likewise; the other two are these read backwards).

namespace unipic::scenes {

bool is_held_out(const ObjectClass& object_class, Colour colour);
bool is_held_out(const ObjectClass& object_class, int count);
bool is_held_out(const ObjectClass& a, Relation relation, const ObjectClass& b);

// The texts of all held-out combinations in a scene that some caption could state: asked colours,
// counts from two on (of a class, and of each colour of it), and every relation between objects of
// different classes, even one too unclear to be stated.
std::vector<std::string> held_out_facts(const Scene& scene, const Catalogue& catalogue);

// Whether any colour, or any count, is held out: what does not depend on where things lie.
bool has_held_out_content(const Scene& scene, const Catalogue& catalogue);

}  // namespace unipic::scenes
