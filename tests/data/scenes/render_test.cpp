#include "data/scenes/render.h"

#include <gtest/gtest.h>

#include <cmath>

#include "data/scenes/shared.h"
#include "data/scenes/style.h"
#include "support/error.h"

namespace unipic::scenes {
namespace {

using test::catalogue;

Rgb pixel(const Image& image, int64_t x, int64_t y) {
  const auto at = static_cast<size_t>(3 * (y * image.width + x));
  return {image.pixels[at], image.pixels[at + 1], image.pixels[at + 2]};
}

// Where two pictures of one size differ by more than `least` in a channel.
Box difference_box(const Image& a, const Image& b, int least = 0) {
  Box box{1e9, 1e9, 0, 0};
  for (int64_t y = 0; y < a.height; ++y) {
    for (int64_t x = 0; x < a.width; ++x) {
      const auto in_a = pixel(a, x, y), in_b = pixel(b, x, y);
      int largest = 0;
      for (size_t channel = 0; channel < 3; ++channel) {
        largest = std::max(largest, std::abs(in_a[channel] - in_b[channel]));
      }
      if (largest <= least) continue;
      const auto left = static_cast<double>(x), top = static_cast<double>(y);
      box = {std::min(box.left, left), std::min(box.top, top), std::max(box.right, left + 1),
             std::max(box.bottom, top + 1)};
    }
  }
  return box;
}

double largest_difference(const Box& a, const Box& b) {
  return std::max({std::abs(a.left - b.left), std::abs(a.top - b.top), std::abs(a.right - b.right),
                   std::abs(a.bottom - b.bottom)});
}

Scene without_objects(Scene scene) {
  scene.objects.clear();
  return scene;
}

// Black objects on white, so that every pixel an object covers shows.
TEST(Render, BoxesAreTightAroundWhatIsDrawn) {
  for (uint64_t index = 0; index < 300; ++index) {
    auto scene = test::training_scene(index);
    scene.background = {};
    for (auto& object : scene.objects) {
      object.colour = Colour::kBlack;
      auto lone = without_objects(scene);
      lone.objects = {object};
      const auto picture = render(lone, catalogue(), 128, 128);
      const auto drawn =
          difference_box(picture.image, render(without_objects(scene), catalogue(), 128, 128).image,
                         /*least=*/24);
      EXPECT_LE(largest_difference(picture.boxes[0], drawn), 1) << test::class_name(object);
    }
  }
}

TEST(Render, BoxesAreWhereTheSceneSaysAtEveryResolution) {
  for (uint64_t index = 0; index < 100; ++index) {
    const auto scene = test::training_scene(index);
    const auto boxes = test::boxes_of(scene);
    for (const int64_t side : {64, 128, 256, 333}) {
      const auto picture = render(scene, catalogue(), side, side);
      for (size_t i = 0; i < boxes.size(); ++i) {
        const auto scale = static_cast<double>(side);
        const Box expected{boxes[i].left * scale, boxes[i].top * scale, boxes[i].right * scale,
                           boxes[i].bottom * scale};
        // Large pictures magnify sprites, whose soft edges grow with them.
        EXPECT_LE(largest_difference(picture.boxes[i], expected), 1.6 + scale / 120)
            << test::class_name(scene.objects[i]) << " at " << side;
      }
    }
  }
}

TEST(Render, DrawsTheSameBytesAgainWhateverWasDrawnBetween) {
  const auto first = render(test::training_scene(5), catalogue(), 96, 80);
  render(test::training_scene(6), catalogue(), 64, 64);
  const auto again = render(test::training_scene(5), Catalogue::load(), 96, 80);
  EXPECT_EQ(first.image, again.image);
  EXPECT_EQ(first.boxes, again.boxes);
}

TEST(Render, TouchesNothingOutsideOfTheBoxesButSoftEdges) {
  for (uint64_t index = 0; index < 50; ++index) {
    const auto scene = test::training_scene(index);
    const auto picture = render(scene, catalogue(), 128, 128);
    const auto empty = render(without_objects(scene), catalogue(), 128, 128).image;
    for (int64_t y = 0; y < 128; ++y) {
      for (int64_t x = 0; x < 128; ++x) {
        const Box here{static_cast<double>(x), static_cast<double>(y), static_cast<double>(x) + 1,
                       static_cast<double>(y) + 1};
        bool inside = false;
        for (const auto& box : picture.boxes) inside |= touch(here, box, 2);
        if (inside) continue;
        ASSERT_EQ(pixel(picture.image, x, y), pixel(empty, x, y));
      }
    }
  }
}

TEST(Render, KeepsASceneSquareInTheMiddleOfAWidePicture) {
  const auto scene = test::scene_of("circle", Colour::kRed);
  const auto wide = render(scene, catalogue(), 200, 100).boxes[0];
  EXPECT_NEAR(wide.width(), wide.height(), 2);
  EXPECT_NEAR(wide.centre_x(), 100, 1);
  EXPECT_NEAR(wide.centre_y(), 50, 1);
}

TEST(Render, TurnsAndFlipsClockwise) {
  auto scene = test::scene_of("arrow", Colour::kBlack);
  const auto share_right = [&] {
    const auto image = render(scene, catalogue(), 100, 100).image;
    int left = 0, right = 0;
    for (int64_t y = 0; y < 100; ++y) {
      for (int64_t x = 0; x < 100; ++x) (x < 50 ? left : right) += pixel(image, x, y)[0] < 128;
    }
    return static_cast<double>(right) / (left + right);
  };
  // The head, at the right end, is the larger half.
  const double upright = share_right();
  scene.objects[0].placement.flipped = true;
  EXPECT_NEAR(share_right(), 1 - upright, 0.02);
  EXPECT_GT(upright, 0.52);
  scene.objects[0].placement = {.x = 0.5, .y = 0.5, .size = 0.6, .rotation = 3.14159265358979};
  EXPECT_NEAR(share_right(), 1 - upright, 0.02);
  scene.objects[0].placement.rotation = 3.14159265358979 / 2;
  const auto box = render(scene, catalogue(), 100, 100).boxes[0];
  EXPECT_NEAR(box.height(), 60, 2);
}

TEST(Colour, ShadesAreNearestToTheirOwnColour) {
  for (size_t i = 0; i < kNumColours; ++i) {
    for (const auto& shade : ramp_of(colour_at(i))) {
      EXPECT_EQ(nearest_colour(shade), colour_at(i)) << name_of(colour_at(i));
    }
  }
}

// Of the pixels through which the background hardly shines.
double share_of_colour(Scene scene, Colour colour) {
  const auto draw_on = [&](Colour background) {
    scene.background.colour = background;
    return render(scene, catalogue(), 48, 48).image;
  };
  const auto on_black = draw_on(Colour::kBlack), on_white = draw_on(Colour::kWhite);
  int right = 0, solid = 0;
  for (int64_t y = 0; y < 48; ++y) {
    for (int64_t x = 0; x < 48; ++x) {
      if (distance(pixel(on_black, x, y), pixel(on_white, x, y)) > 30) continue;
      ++solid;
      right += nearest_colour(pixel(on_black, x, y)) == colour;
    }
  }
  EXPECT_GT(solid, 50) << test::class_name(scene.objects[0]);
  return static_cast<double>(right) / solid;
}

TEST(Render, RecoloursEverySpriteToTheAskedColour) {
  for (const auto& object_class : catalogue().classes()) {
    if (!object_class.recolour) continue;
    for (size_t i = 0; i < kNumColours; ++i) {
      auto scene = test::scene_of(object_class.name, colour_at(i), 0.9);
      for (size_t sprite = 0; sprite < object_class.sprites.size(); ++sprite) {
        scene.objects[0].sprite = sprite;
        EXPECT_GT(share_of_colour(scene, colour_at(i)), 0.95)
            << name_of(colour_at(i)) << ' ' << object_class.name;
      }
    }
  }
}

TEST(Render, RecolouringKeepsShading) {
  const auto image = render(test::scene_of("car", Colour::kBlue), catalogue(), 64, 64).image;
  int darkest = 255, lightest = 0;
  for (int64_t y = 24; y < 40; ++y) {
    for (int64_t x = 16; x < 48; ++x) {
      const int value = luma(pixel(image, x, y));
      darkest = std::min(darkest, value);
      lightest = std::max(lightest, value);
    }
  }
  EXPECT_GT(lightest - darkest, 50);
}

TEST(Render, RefusesSidesThatAreNoPicture) {
  EXPECT_EQ(unipic::test::error_of([] { render({}, catalogue(), 0, 8); }),
            "a scene cannot be drawn with 0x8 pixels: sides are from 1 to 16384");
  EXPECT_EQ(render(test::training_scene(1), catalogue(), 1, 1).image.pixels.size(), 3U);
}

TEST(Style, GreyscaleHasEqualChannelsAndInvertingTwiceChangesNothing) {
  auto scene = test::training_scene(2);
  const auto plain = render(scene, catalogue(), 64, 64).image;
  scene.style = Style::kGreyscale;
  const auto grey = render(scene, catalogue(), 64, 64).image;
  for (int64_t i = 0; i < 64; ++i) {
    const auto rgb = pixel(grey, i, i);
    EXPECT_EQ(rgb, (Rgb{rgb[0], rgb[0], rgb[0]}));
  }
  scene.style = Style::kInverted;
  auto inverted = render(scene, catalogue(), 64, 64).image;
  EXPECT_NE(inverted, plain);
  apply(Style::kInverted, inverted);
  EXPECT_EQ(inverted, plain);
}

TEST(Style, BlocksAreFlatAndBlurringKeepsTheAverage) {
  auto scene = test::scene_of("zebra", std::nullopt, 0.8);
  scene.background.colour = Colour::kGreen;
  const auto plain = render(scene, catalogue(), 100, 100).image;
  scene.style = Style::kPixelated;
  const auto blocks = render(scene, catalogue(), 100, 100).image;
  for (int64_t y = 0; y < 100; ++y) {
    for (int64_t x = 0; x < 100; ++x) {
      ASSERT_EQ(pixel(blocks, x, y), pixel(blocks, x / 5 * 5, y / 5 * 5));
    }
  }
  scene.style = Style::kBlurred;
  const auto blurred = render(scene, catalogue(), 100, 100).image;
  double sum = 0, blurred_sum = 0, edges = 0, blurred_edges = 0;
  for (int64_t y = 0; y < 100; ++y) {
    for (int64_t x = 1; x < 100; ++x) {
      sum += pixel(plain, x, y)[0];
      blurred_sum += pixel(blurred, x, y)[0];
      edges += std::abs(pixel(plain, x, y)[0] - pixel(plain, x - 1, y)[0]);
      blurred_edges += std::abs(pixel(blurred, x, y)[0] - pixel(blurred, x - 1, y)[0]);
    }
  }
  EXPECT_NEAR(blurred_sum / sum, 1, 0.02);
  EXPECT_LT(blurred_edges, 0.5 * edges);
}

}  // namespace
}  // namespace unipic::scenes
