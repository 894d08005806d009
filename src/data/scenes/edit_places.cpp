// Edits of where objects are, of what is behind them, and of the whole picture.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "data/scenes/edit_makers.h"
#include "data/scenes/words.h"

namespace unipic::scenes {
namespace {

constexpr double kVisibleMove = 0.2;  // least distance of a moved object's middles

bool looks_right(const Scene& scene, const Catalogue& catalogue) {
  return stands_out(scene.background, scene, catalogue);
}

Edit unchanged(EditKind kind, const Scene& scene) {
  return {.kind = kind, .instruction = {}, .before = scene, .after = scene, .goal = {}};
}

bool is_elsewhere(const Box& a, const Box& b) {
  return std::max(std::abs(a.centre_x() - b.centre_x()), std::abs(a.centre_y() - b.centre_y())) >=
         kVisibleMove;
}

std::string move_instruction(std::string_view what, std::string_view where, RandomStream& random) {
  constexpr std::array<std::string_view, 3> kForms = {"move {} {}", "put {} {}", "place {} {}"};
  return fmt::format(fmt::runtime(random.choose(kForms)), what, where);
}

// To a ninth of the picture in which it is not yet.
std::optional<Edit> move_to_region(const Scene& before, size_t index, const Catalogue& catalogue,
                                   RandomStream& random) {
  auto edit = unchanged(EditKind::kMove, before);
  auto& object = edit.after.objects[index];
  const auto region = static_cast<Region>(random.below(kNumRegions));
  const auto from = box_of(object, catalogue);
  const auto accept = [&](const Box& box) {
    return clear_region(box, before.width, before.height) == region && is_elsewhere(box, from);
  };
  if (!find_place(object, before, catalogue, random, accept)) return std::nullopt;
  edit.goal = PlaceGoal{.id = object.id, .region = region, .relation = {}, .target_id = 0};
  edit.instruction =
      move_instruction(reference_to(before, index, catalogue, random).value_or(""),
                       fmt::format("to the {} of the picture", name_of(region)), random);
  return edit;
}

// To a side of another object on which it is not yet.
std::optional<Edit> move_beside(const Scene& before, size_t index, size_t target,
                                const Catalogue& catalogue, RandomStream& random) {
  auto edit = unchanged(EditKind::kMove, before);
  auto& object = edit.after.objects[index];
  const auto relation = static_cast<Relation>(random.below(kNumRelations));
  const auto from = box_of(object, catalogue);
  const auto beside = box_of(before.objects[target], catalogue);
  const auto now = relations(from, beside);
  if (std::find(now.begin(), now.end(), relation) != now.end()) return std::nullopt;
  const auto accept = [&](const Box& box) {
    return clear_relation(box, beside) == relation && is_elsewhere(box, from);
  };
  if (!find_place(object, before, catalogue, random, accept)) return std::nullopt;
  edit.goal = PlaceGoal{
      .id = object.id, .region = {}, .relation = relation, .target_id = before.objects[target].id};
  const auto what = reference_to(before, index, catalogue, random).value_or("");
  const auto beside_what = reference_to(before, target, catalogue, random).value_or("");
  edit.instruction =
      move_instruction(what, fmt::format("{} {}", preposition(relation), beside_what), random);
  return edit;
}

std::string style_instruction(Style style, RandomStream& random) {
  using Forms = std::array<std::string_view, 3>;
  constexpr std::array<Forms, kNumStyles> kForms = {{
      {"", "", ""},
      {"make the picture black and white", "convert the image to grayscale",
       "remove all color from the picture"},
      {"give the picture a sepia tone", "make it look like an old sepia photograph",
       "apply a sepia filter"},
      {"pixelate the picture", "turn the picture into large pixels", "apply a mosaic filter"},
      {"blur the picture", "make the whole image blurry", "apply a strong blur"},
      {"invert the colors", "turn the picture into its negative", "invert all colors of the image"},
  }};
  return std::string(random.choose(kForms[static_cast<size_t>(style)]));
}

}  // namespace

std::optional<Edit> make_move(const Scene& before, const Catalogue& catalogue,
                              RandomStream& random) {
  const auto candidates = referable(before, random);
  if (candidates.empty()) return std::nullopt;
  auto edit = candidates.size() > 1 && random.chance(0.6)
                  ? move_beside(before, candidates[0], candidates[1], catalogue, random)
                  : move_to_region(before, candidates[0], catalogue, random);
  if (!edit || !looks_right(edit->after, catalogue)) return std::nullopt;
  return edit;
}

std::optional<Edit> make_swap(const Scene& before, const Catalogue& catalogue,
                              RandomStream& random) {
  const auto candidates = referable(before, random);
  if (candidates.size() < 2) return std::nullopt;
  auto edit = unchanged(EditKind::kSwap, before);
  auto& a = edit.after.objects[candidates[0]];
  auto& b = edit.after.objects[candidates[1]];
  if (!is_elsewhere(box_of(a, catalogue), box_of(b, catalogue))) return std::nullopt;
  std::swap(a.placement.x, b.placement.x);
  std::swap(a.placement.y, b.placement.y);
  if (!fits(a, edit.after, catalogue) || !fits(b, edit.after, catalogue) ||
      !looks_right(edit.after, catalogue)) {
    return std::nullopt;
  }
  constexpr std::array<std::string_view, 4> kForms = {
      "swap {} and {}", "swap the positions of {} and {}", "exchange the places of {} and {}",
      "let {} and {} trade places"};
  const auto form = random.choose(kForms);
  const auto first = reference_to(before, candidates[0], catalogue, random).value_or("");
  const auto second = reference_to(before, candidates[1], catalogue, random).value_or("");
  edit.instruction = fmt::format(fmt::runtime(form), first, second);
  return edit;
}

std::optional<Edit> make_background(const Scene& before, const Catalogue& catalogue,
                                    RandomStream& random) {
  auto edit = unchanged(EditKind::kBackground, before);
  auto& background = edit.after.background;
  background = random_background(random);
  const auto& old = before.background;
  const bool differs = background.kind != old.kind || background.colour != old.colour ||
                       background.colour2 != old.colour2;
  if (!differs || !looks_right(edit.after, catalogue)) return std::nullopt;
  constexpr std::array<std::string_view, 3> kForms = {
      "change the background to {}", "replace the background with {}", "make the background {}"};
  if (random.chance(0.3)) {
    edit.instruction = fmt::format("show the same {}", background_place(background, random));
  } else {
    const auto form = random.choose(kForms);
    edit.instruction = fmt::format(fmt::runtime(form), background_noun(background, random));
  }
  return edit;
}

std::optional<Edit> make_style(const Scene& before, const Catalogue&, RandomStream& random) {
  auto edit = unchanged(EditKind::kStyle, before);
  edit.after.style = static_cast<Style>(random.between(1, kNumStyles - 1));
  edit.instruction = style_instruction(edit.after.style, random);
  return edit;
}

}  // namespace unipic::scenes
