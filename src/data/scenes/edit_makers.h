#pragma once

#include "data/scenes/edit.h"

// One function a kind of edit. Each gives a random edit of a scene, or nothing where it found none:
// the scene has nothing that fits, or what came out has no room or does not stand out.

namespace unipic::scenes {

std::optional<Edit> make_add(const Scene& before, const Catalogue& catalogue, RandomStream& random);
std::optional<Edit> make_remove(const Scene& before, const Catalogue& catalogue,
                                RandomStream& random);
std::optional<Edit> make_replace(const Scene& before, const Catalogue& catalogue,
                                 RandomStream& random);
std::optional<Edit> make_recolour(const Scene& before, const Catalogue& catalogue,
                                  RandomStream& random);
std::optional<Edit> make_count(const Scene& before, const Catalogue& catalogue,
                               RandomStream& random);
std::optional<Edit> make_move(const Scene& before, const Catalogue& catalogue,
                              RandomStream& random);
std::optional<Edit> make_swap(const Scene& before, const Catalogue& catalogue,
                              RandomStream& random);
std::optional<Edit> make_background(const Scene& before, const Catalogue& catalogue,
                                    RandomStream& random);
std::optional<Edit> make_style(const Scene& before, const Catalogue& catalogue,
                               RandomStream& random);

// "the cat" or "the red cat", if that can mean only this object.
std::optional<std::string> reference_to(const Scene& scene, size_t index,
                                        const Catalogue& catalogue, RandomStream& random);

// Indices of the objects to which there is a reference, in random order.
std::vector<size_t> referable(const Scene& scene, RandomStream& random);

}  // namespace unipic::scenes
