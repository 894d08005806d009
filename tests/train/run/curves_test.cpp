#include "train/run/curves_svg.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "train/run/ticks.h"

namespace unipic::train {
namespace {

using Numbers = std::vector<double>;

void expect_near(const Numbers& found, const Numbers& wanted) {
  ASSERT_EQ(found.size(), wanted.size()) << testing::PrintToString(found);
  for (size_t i = 0; i < found.size(); ++i) {
    EXPECT_NEAR(found[i], wanted[i], 1e-9 * std::abs(wanted[i]) + 1e-15);
  }
}

TEST(Ticks, AreRoundNumbersWithinTheRange) {
  expect_near(linear_ticks(0, 10, 5), {0, 2, 4, 6, 8, 10});
  expect_near(linear_ticks(0.13, 0.42, 5), {0.2, 0.3, 0.4});
  expect_near(linear_ticks(-1, 1, 4), {-1, -0.5, 0, 0.5, 1});
  expect_near(linear_ticks(1000, 51'000, 6), {10'000, 20'000, 30'000, 40'000, 50'000});
}

TEST(Ticks, OfALogarithmicAxisArePowersOfTenAndBetweenThem) {
  expect_near(log_ticks(0.001, 1000, 6), {0.001, 0.01, 0.1, 1, 10, 100, 1000});
  expect_near(log_ticks(0.3, 30, 8), {0.5, 1, 2, 5, 10, 20});
  expect_near(log_ticks(1, 1e12, 5), {1, 1e3, 1e6, 1e9, 1e12});
  expect_near(log_ticks(2, 6, 4), {2, 3, 4, 5, 6});
}

TEST(Ticks, AreWrittenShort) {
  EXPECT_EQ(tick_text(0), "0");
  EXPECT_EQ(tick_text(0.30000000000000004), "0.3");
  EXPECT_EQ(tick_text(-2.5), "-2.5");
  EXPECT_EQ(tick_text(5000), "5000");
  EXPECT_EQ(tick_text(20'000), "20k");
  EXPECT_EQ(tick_text(3'500'000), "3.5M");
  EXPECT_EQ(tick_text(1e-5), "1e-05");
}

TEST(Curve, IsSmoothedWithoutAPullTowardsZeroAtItsStart) {
  const auto line = smoothed({{0, 4}, {1, 4}, {2, 8}}, 0.5);
  ASSERT_EQ(line.size(), 3U);
  EXPECT_DOUBLE_EQ(line[0].y, 4);
  EXPECT_DOUBLE_EQ(line[1].y, 4);
  EXPECT_DOUBLE_EQ(line[2].y, (0.125 * 4 + 0.25 * 4 + 0.5 * 8) / 0.875);
}

TEST(Curve, IsSmoothedOverValuesThatAreNotFinite) {
  const auto line = smoothed({{0, 1}, {1, std::nan("")}, {2, INFINITY}, {3, 1}}, 0.9);
  ASSERT_EQ(line.size(), 2U);
  EXPECT_EQ(line[1].x, 3);
  EXPECT_DOUBLE_EQ(line[1].y, 1);
}

TEST(Curve, KeepsItsExtremesAndGapsWhenItIsThinned) {
  std::vector<Point> points;
  for (int x = 0; x < 100'000; ++x) points.push_back({double(x), std::sin(x * 0.37)});
  points[31'234].y = 50;
  points[31'240].y = -70;
  points[80'000].y = std::nan("");
  const auto thin = thinned(points, 100);
  EXPECT_LE(thin.size(), 402U);
  EXPECT_GE(thin.size(), 390U);
  EXPECT_TRUE(std::ranges::is_sorted(thin, {}, &Point::x));
  EXPECT_EQ(thin.front(), points.front());
  EXPECT_EQ(thin.back(), points.back());
  EXPECT_NE(std::ranges::find(thin, points[31'234]), thin.end());
  EXPECT_NE(std::ranges::find(thin, points[31'240]), thin.end());
  EXPECT_EQ(std::ranges::count_if(thin, [](const Point& p) { return std::isnan(p.y); }), 1);
  EXPECT_EQ(thinned({{0, 1}, {1, 2}}, 10), (std::vector<Point>{{0, 1}, {1, 2}}));
}

size_t count(const std::string& text, std::string_view part) {
  size_t found = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

TEST(Curves, DrawFaintValuesUnderASmoothedLine) {
  const std::vector<Curve> curves = {{"a", {{0, 1}, {1, 2}, {2, 3}}}, {"b", {{0, 3}, {2, 1}}}};
  const auto svg = draw_curves(curves);
  EXPECT_EQ(count(svg, "<path"), 4U);
  EXPECT_EQ(count(svg, "stroke-opacity=\"0.25\""), 2U);
  EXPECT_EQ(count(draw_curves(curves, {.smoothing = 0}), "<path"), 2U);
}

TEST(Curves, PutEqualRatiosAtEqualDistancesOnALogarithmicAxis) {
  const auto svg = draw_curves({{"a", {{0, 1}, {1, 10}, {2, 100}}}},
                               {.log_y = true, .smoothing = 0, .width = 196, .height = 224});
  // The plot is 100 by 108 from (72, 64), 4 of the 108 above and 4 below the values.
  EXPECT_NE(svg.find("d=\"M72.0 168.0L122.0 118.0L172.0 68.0\""), std::string::npos) << svg;
}

TEST(Curves, BreakWhereAValueCannotBeDrawn) {
  const Curve gap{"a", {{0, 1}, {1, 2}, {2, std::nan("")}, {3, -1}, {4, 2}, {5, 1}}};
  EXPECT_EQ(count(draw_curves({gap}, {.smoothing = 0}), "M"), 2U);
  const auto with_log = draw_curves({gap}, {.log_y = true, .smoothing = 0});
  EXPECT_EQ(count(with_log, "M"), 2U);
  EXPECT_EQ(count(with_log, "nan"), 0U);
}

TEST(Curves, ArePossibleOfNothingAndOfOneValue) {
  for (const bool log_y : {false, true}) {
    for (const auto& points : std::vector<std::vector<Point>>{
             {}, {{5, 3}}, {{0, 2}, {9, 2}}, {{0, std::nan("")}}, {{0, 0}, {1, 0}}}) {
      const auto svg = draw_curves({{"a", points}}, {.log_y = log_y});
      EXPECT_TRUE(svg.ends_with("</svg>\n"));
      EXPECT_EQ(count(svg, "nan\"") + count(svg, "inf\""), 0U) << svg;
    }
  }
}

}  // namespace
}  // namespace unipic::train
