#include "data/scenes/caption.h"

#include <fmt/format.h>

#include <array>
#include <cassert>
#include <utility>

#include "data/scenes/words.h"

namespace unipic::scenes {
namespace {

std::string clause(const ObjectRequest& request, const Catalogue& catalogue, Plurals plurals) {
  if (plurals == Plurals::kEnglish) {
    const auto class_index = catalogue.find(request.class_name);
    assert(class_index);
    return counted(catalogue.at(*class_index), request.count, request.colour);
  }
  const auto colour = request.colour ? fmt::format("{} ", name_of(*request.colour)) : "";
  if (request.count == 1) return with_article(colour + request.class_name);
  return fmt::format("{} {}{}", number_word(request.count), colour,
                     geneval_plural(request.class_name));
}

// "a red car", "two dogs": one a group, in random order.
struct Listing {
  std::vector<std::string> items;
  int first_count = 0;
};

Listing list_of(const Scene& scene, const Catalogue& catalogue, RandomStream& random) {
  auto groups = groups_of(scene);
  random.shuffle(groups);
  Listing listing;
  for (const auto& group : groups) {
    const auto count = static_cast<int>(group.members.size());
    listing.items.push_back(counted(catalogue.at(group.class_index), count, group.colour));
  }
  if (!groups.empty()) listing.first_count = static_cast<int>(groups[0].members.size());
  return listing;
}

// "the red dog", or "the dog" where that is enough.
std::string mention(const Scene& scene, const Group& group, const Catalogue& catalogue,
                    RandomStream& random) {
  const bool is_enough = count_of(scene, group.class_index) == 1;
  const auto colour = is_enough && random.chance(0.5) ? std::optional<Colour>() : group.colour;
  return definite(catalogue.at(group.class_index), colour);
}

// "the cat is to the left of the tree" for a random pair; empty if no pair is clear.
std::string relation_sentence(const Scene& scene, const Catalogue& catalogue,
                              RandomStream& random) {
  std::vector<std::string> sentences;
  for (size_t a = 0; a < scene.objects.size(); ++a) {
    for (size_t b = 0; b < scene.objects.size(); ++b) {
      if (a == b) continue;
      const auto subject = lone_group(scene, a), target = lone_group(scene, b);
      const auto relation =
          clear_relation(box_of(scene.objects[a], catalogue), box_of(scene.objects[b], catalogue));
      if (!subject || !target || !relation) continue;
      const auto who = mention(scene, *subject, catalogue, random);
      const auto whom = mention(scene, *target, catalogue, random);
      sentences.push_back(fmt::format("{} {} {} {}", who,
                                      is_or_are(catalogue.at(subject->class_index)),
                                      preposition(*relation), whom));
    }
  }
  return sentences.empty() ? "" : random.choose(sentences);
}

// Of a scene of two single things that are clearly related: "a red cat to the left of a tree".
std::string related_pair(const Scene& scene, const Catalogue& catalogue, RandomStream& random) {
  const auto groups = groups_of(scene);
  if (groups.size() != 2 || scene.objects.size() != 2) return "";
  const size_t first = random.below(2);
  const auto& a = scene.objects[first];
  const auto& b = scene.objects[1 - first];
  const auto relation = clear_relation(box_of(a, catalogue), box_of(b, catalogue));
  if (!relation) return "";
  return fmt::format("{} {} {}", counted(catalogue.at(a.class_index), 1, a.colour),
                     preposition(*relation), counted(catalogue.at(b.class_index), 1, b.colour));
}

// A sentence that lists everything, with the place if there is one, without the full stop.
std::string listing_sentence(const Listing& listing, const std::string& place,
                             RandomStream& random) {
  constexpr std::array<std::string_view, 8> kOpenings = {
      "a picture of {}",       "an image of {}",     "a drawing of {}", "{}",
      "this picture shows {}", "the image shows {}", "we see {}",       "an illustration of {}"};
  const auto list = enumerated(listing.items);
  const auto tail = place.empty() ? "" : " " + place;
  if (random.chance(0.25)) {
    return fmt::format("there {} {}{}", listing.first_count == 1 ? "is" : "are", list, tail);
  }
  return fmt::format(fmt::runtime(random.choose(kOpenings)), list) + tail;
}

// The second of two clauses first; a relation is the same fact told from the other side.
void swap_clauses(std::vector<ObjectRequest>& requests) {
  std::swap(requests[0], requests[1]);
  if (const auto position = std::exchange(requests[0].position, std::nullopt)) {
    requests[1].position = {inverse(position->first), 0};
  }
}

}  // namespace

std::string template_caption(std::span<const ObjectRequest> requests, const Catalogue& catalogue,
                             Plurals plurals) {
  assert(!requests.empty());
  if (requests.size() == 2 && requests[1].position) {
    return fmt::format("a photo of {} {} {}", clause(requests[1], catalogue, plurals),
                       name_of(requests[1].position->first),
                       clause(requests[0], catalogue, plurals));
  }
  std::vector<std::string> clauses;
  for (const auto& request : requests) clauses.push_back(clause(request, catalogue, plurals));
  return "a photo of " + enumerated(clauses);
}

std::vector<ObjectRequest> requests_of(const Scene& scene, const Catalogue& catalogue) {
  std::vector<ObjectRequest> requests;
  for (const auto& group : groups_of(scene)) {
    requests.push_back({catalogue.at(group.class_index).name,
                        static_cast<int>(group.members.size()), group.colour, std::nullopt});
  }
  if (scene.objects.size() == 2 && requests.size() == 2) {
    const auto relation =
        clear_relation(box_of(scene.objects[1], catalogue), box_of(scene.objects[0], catalogue));
    if (relation) requests[1].position = {*relation, 0};
  }
  return requests;
}

std::string natural_caption(const Scene& scene, const Catalogue& catalogue, RandomStream& random) {
  const auto listing = list_of(scene, catalogue, random);
  const bool names_place = random.chance(0.5);
  const bool place_apart = names_place && random.chance(0.3);
  const auto place =
      names_place && !place_apart ? background_place(scene.background, random) : std::string();
  auto sentence = listing_sentence(listing, place, random);
  auto relation = random.chance(0.5) ? relation_sentence(scene, catalogue, random) : "";
  if (const auto pair = related_pair(scene, catalogue, random);
      !pair.empty() && random.chance(0.4)) {
    sentence = place.empty() ? pair : fmt::format("{} {}", pair, place);
    relation.clear();
  }
  auto caption = capitalized(sentence) + ".";
  if (!relation.empty()) caption += fmt::format(" {}.", capitalized(relation));
  if (place_apart) {
    caption += fmt::format(" The background is {}.", background_noun(scene.background, random));
  }
  return caption;
}

std::string short_caption(const Scene& scene, const Catalogue& catalogue, RandomStream& random) {
  auto requests = requests_of(scene, catalogue);
  auto& position = requests.back().position;
  if (position && position->first == Relation::kRightOf && random.chance(0.5)) {
    position.reset();
  } else if (position && random.chance(0.5)) {
    swap_clauses(requests);
  }
  return template_caption(requests, catalogue);
}

std::string sample_caption(const Scene& scene, const Catalogue& catalogue, RandomStream& random) {
  if (!random.chance(1.0 / 3)) return natural_caption(scene, catalogue, random);
  auto requests = requests_of(scene, catalogue);
  if (requests.size() == 2 && random.chance(0.5)) swap_clauses(requests);
  if (random.chance(0.5)) requests.back().position.reset();
  return template_caption(requests, catalogue);
}

}  // namespace unipic::scenes
