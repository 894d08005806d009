#include "data/scenes/compose.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>

namespace unipic::scenes {
namespace {

constexpr double kEdge = 0.015;  // free on all sides, in scene units
constexpr double kGap = 0.025;   // free between two boxes
constexpr int kNumPlaces = 40;   // tried for one object
constexpr int kNumArrangements = 30;
constexpr double kShrink = 0.92;     // of all sizes, after an arrangement that failed
constexpr double kSmallest = 0.1;    // size below which we give up
constexpr double kMaxTurn = 0.21;    // radians: 12 degrees
constexpr double kContrast = 75;     // least distance of an object's colour from what is behind it
constexpr int kNumBackgrounds = 24;  // tried before the best of them is taken

// Of a tidy layout: half a token of a picture of 8 x 8 tokens, a whole one, and two.
constexpr double kPlaceStep = 1.0 / 16;
constexpr double kSizeStep = 1.0 / 8;
constexpr double kSmallestTidy = 1.0 / 4;  // before anything is made smaller to fit
constexpr double kIconSize = 3.0 / 4;
constexpr std::array<double, kMaxObjects> kPlainSizes = {kIconSize, 0.44, 0.42, 0.42, 0.3};

struct Place {
  double x, y;  // of a middle, in parts of the sides
};

struct Sizes {
  double smallest, largest;
};

Sizes sizes_for(size_t num_objects) {
  constexpr std::array<Sizes, kMaxObjects> kSizes = {
      {{0.36, 0.8}, {0.26, 0.48}, {0.22, 0.4}, {0.2, 0.34}, {0.18, 0.3}}};
  return kSizes[std::min(num_objects, kSizes.size()) - 1];
}

// Where object `index` of `count` is in a plain layout: row by row, the second of two as wished.
Place plain_place(size_t index, size_t count, std::span<const RelationWish> wishes) {
  constexpr std::array<std::array<Place, kMaxObjects>, kMaxObjects> kPlaces = {
      {{{{0.5, 0.5}}},
       {{{0.25, 0.5}, {0.75, 0.5}}},
       {{{0.25, 0.26}, {0.75, 0.26}, {0.5, 0.74}}},
       {{{0.25, 0.25}, {0.75, 0.25}, {0.25, 0.75}, {0.75, 0.75}}},
       {{{0.2, 0.2}, {0.8, 0.2}, {0.5, 0.5}, {0.2, 0.8}, {0.8, 0.8}}}}};
  if (count == 2 && !wishes.empty()) {
    const bool is_second = index == wishes.front().subject;
    switch (wishes.front().relation) {
      case Relation::kLeftOf:
        return {is_second ? 0.25 : 0.75, 0.5};
      case Relation::kRightOf:
        return {is_second ? 0.75 : 0.25, 0.5};
      case Relation::kAbove:
        return {0.5, is_second ? 0.25 : 0.75};
      case Relation::kBelow:
        return {0.5, is_second ? 0.75 : 0.25};
    }
  }
  return kPlaces[std::min(count, kMaxObjects) - 1][std::min(index, kMaxObjects - 1)];
}

double nearest_multiple(double value, double step) { return step * std::round(value / step); }

void tidy_up(SceneObject& object, size_t num_objects, Layout layout) {
  auto& placement = object.placement;
  object.sprite = 0;
  placement.rotation = 0;
  placement.flipped = false;
  switch (layout) {
    case Layout::kFree:
      break;
    case Layout::kTidy:
      placement.size = std::max(kSmallestTidy, nearest_multiple(placement.size, kSizeStep));
      break;
    case Layout::kIcon:
      placement.size = kIconSize;
      break;
    case Layout::kPlain:
      placement.size = kPlainSizes[std::min(num_objects, kMaxObjects) - 1];
      break;
  }
}

double next_smaller(double size, Layout layout) {
  return std::max(kSmallest, layout == Layout::kFree ? kShrink * size : size - kPlaceStep);
}

void set_place(Placement& placement, double x, double y, const Scene& scene, Layout layout) {
  switch (layout) {
    case Layout::kFree:
      placement.x = x;
      placement.y = y;
      break;
    case Layout::kTidy:
      placement.x = nearest_multiple(x, kPlaceStep);
      placement.y = nearest_multiple(y, kPlaceStep);
      break;
    case Layout::kIcon:
      placement.x = scene.width / 2;
      placement.y = scene.height / 2;
      break;
    case Layout::kPlain:  // where it is
      break;
  }
}

bool find_place_in(Layout layout, SceneObject& object, const Scene& scene,
                   const Catalogue& catalogue, RandomStream& random,
                   const std::function<bool(const Box&)>& accept) {
  object.placement.x = object.placement.y = 0;
  const auto extent = box_of(object, catalogue);
  const double first_x = kEdge - extent.left, last_x = scene.width - kEdge - extent.right;
  const double first_y = kEdge - extent.top, last_y = scene.height - kEdge - extent.bottom;
  if (first_x > last_x || first_y > last_y) return false;
  for (int i = 0; i < kNumPlaces; ++i) {
    const double x = random.uniform(first_x, last_x);
    const double y = random.uniform(first_y, last_y);
    set_place(object.placement, x, y, scene, layout);
    if (fits(object, scene, catalogue) && accept(box_of(object, catalogue))) return true;
  }
  return false;
}

// Each in its place; false if that is too small for one of them.
bool arrange_plainly(Scene& scene, std::span<const RelationWish> wishes,
                     const Catalogue& catalogue) {
  for (size_t i = 0; i < scene.objects.size(); ++i) {
    const auto place = plain_place(i, scene.objects.size(), wishes);
    scene.objects[i].placement.x = place.x * scene.width;
    scene.objects[i].placement.y = place.y * scene.height;
  }
  return std::ranges::all_of(
      scene.objects, [&](const SceneObject& object) { return fits(object, scene, catalogue); });
}

bool arrange(Scene& scene, std::span<const RelationWish> wishes, Layout layout,
             const Catalogue& catalogue, RandomStream& random) {
  if (layout == Layout::kPlain) return arrange_plainly(scene, wishes, catalogue);
  auto objects = std::move(scene.objects);
  scene.objects.clear();
  for (size_t i = 0; i < objects.size(); ++i) {
    const auto as_wished = [&](const Box& box) {
      return std::all_of(wishes.begin(), wishes.end(), [&](const RelationWish& wish) {
        assert(wish.target < wish.subject);
        return wish.subject != i ||
               clear_relation(box, box_of(objects[wish.target], catalogue)) == wish.relation;
      });
    };
    if (!find_place_in(layout, objects[i], scene, catalogue, random, as_wished)) {
      scene.objects = std::move(objects);
      return false;
    }
    scene.objects.push_back(objects[i]);
  }
  return true;
}

Rgb shown_colour(const SceneObject& object, const Catalogue& catalogue) {
  return object.colour ? rgb_of(*object.colour) : sprite_of(object, catalogue).mean();
}

// The least distance of any object from what is behind its middle and its corners.
double contrast(const Background& background, const Scene& scene, const Catalogue& catalogue) {
  double least = 1000;
  for (const auto& object : scene.objects) {
    const auto colour = shown_colour(object, catalogue);
    const auto box = box_of(object, catalogue);
    for (const double x : {box.left, box.centre_x(), box.right}) {
      for (const double y : {box.top, box.centre_y(), box.bottom}) {
        const auto behind = colour_at(background, x / scene.width, y / scene.height);
        least = std::min(least, distance(colour, behind));
      }
    }
  }
  return least;
}

Background fitting_background(const Scene& scene, const Catalogue& catalogue,
                              RandomStream& random) {
  Background best;
  double best_contrast = -1;
  for (int i = 0; i < kNumBackgrounds && best_contrast < kContrast; ++i) {
    const auto background = random_background(random);
    const double its_contrast = contrast(background, scene, catalogue);
    if (its_contrast <= best_contrast) continue;
    best = background;
    best_contrast = its_contrast;
  }
  return best;
}

// White, or the first colour after it from which everything stands out.
Background plain_background(const Scene& scene, const Catalogue& catalogue) {
  Background background;
  for (const auto colour : {Colour::kWhite, Colour::kBlue, Colour::kBlack}) {
    background.colour = background.colour2 = colour;
    if (stands_out(background, scene, catalogue)) break;
  }
  return background;
}

}  // namespace

SceneObject make_object(const ObjectSpec& spec, int id, size_t num_objects,
                        const Catalogue& catalogue, RandomStream& random) {
  const auto& object_class = catalogue.at(spec.class_index);
  assert(spec.colour || !object_class.is_shape());
  const auto [smallest, largest] = sizes_for(num_objects);
  SceneObject object{.id = id,
                     .class_index = spec.class_index,
                     .sprite = 0,
                     .colour = spec.colour,
                     .placement = {}};
  object.sprite = random.below(static_cast<uint32_t>(object_class.sprites.size()));
  object.placement.size = random.uniform(smallest, largest);
  object.placement.rotation = random.uniform(-kMaxTurn, kMaxTurn);
  object.placement.flipped = random.chance(0.5) && object_class.mirror;
  return object;
}

bool fits(const SceneObject& object, const Scene& scene, const Catalogue& catalogue) {
  const auto box = box_of(object, catalogue);
  if (box.left < kEdge || box.top < kEdge || box.right > scene.width - kEdge ||
      box.bottom > scene.height - kEdge) {
    return false;
  }
  return std::none_of(scene.objects.begin(), scene.objects.end(), [&](const SceneObject& other) {
    return other.id != object.id && touch(box, box_of(other, catalogue), kGap);
  });
}

bool find_place(SceneObject& object, const Scene& scene, const Catalogue& catalogue,
                RandomStream& random, const std::function<bool(const Box&)>& accept) {
  return find_place_in(Layout::kFree, object, scene, catalogue, random, accept);
}

bool stands_out(const Background& background, const Scene& scene, const Catalogue& catalogue) {
  return contrast(background, scene, catalogue) >= kContrast;
}

Background random_background(RandomStream& random) {
  constexpr std::array<double, kNumBackgroundKinds> kWeights = {0.3, 0.14, 0.12, 0.12,
                                                                0.1, 0.1,  0.12};
  // Walls and the ends of gradients are lightened, which black and brown would not survive.
  constexpr std::array<Colour, 9> kSoftColours = {Colour::kRed,   Colour::kOrange, Colour::kYellow,
                                                  Colour::kGreen, Colour::kBlue,   Colour::kPurple,
                                                  Colour::kPink,  Colour::kGrey,   Colour::kWhite};
  Background background;
  background.kind = static_cast<BackgroundKind>(random.weighted(kWeights));
  background.variant = random.bits();
  if (background.kind == BackgroundKind::kPlain) {
    background.colour = background.colour2 =
        random.chance(0.25) ? Colour::kWhite : colour_at(random.below(kNumColours));
  } else if (background.kind == BackgroundKind::kGradient) {
    auto colours = kSoftColours;
    random.shuffle(colours);
    background.colour = colours[0];
    background.colour2 = colours[1];
  } else if (background.kind == BackgroundKind::kRoom) {
    background.colour = background.colour2 = random.choose(kSoftColours);
  }
  return background;
}

std::optional<Scene> compose(const Content& content, double width, double height,
                             const Catalogue& catalogue, RandomStream& random, Layout layout) {
  Scene scene{
      .width = width, .height = height, .background = {}, .objects = {}, .style = Style::kNone};
  for (const auto& spec : content.objects) {
    scene.objects.push_back(
        make_object(spec, next_id(scene), content.objects.size(), catalogue, random));
    if (layout != Layout::kFree) tidy_up(scene.objects.back(), content.objects.size(), layout);
  }
  for (int i = 0; i < kNumArrangements; ++i) {
    if (arrange(scene, content.wishes, layout, catalogue, random)) {
      scene.background = layout == Layout::kPlain ? plain_background(scene, catalogue)
                                                  : fitting_background(scene, catalogue, random);
      return scene;
    }
    for (auto& object : scene.objects) {
      object.placement.size = next_smaller(object.placement.size, layout);
    }
  }
  return std::nullopt;
}

}  // namespace unipic::scenes
