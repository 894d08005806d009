#include "train/run/curves_svg.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string_view>

#include "train/run/ticks.h"

namespace unipic::train {
namespace {

constexpr double kLeft = 72, kRight = 24, kTop = 64, kBottom = 52;
constexpr std::array<std::string_view, 8> kColors = {"#0072b2", "#d55e00", "#009e73", "#cc79a7",
                                                     "#b8860b", "#56b4e9", "#7b4fa3", "#666666"};

struct Range {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();

  void include(double value) {
    low = std::min(low, value);
    high = std::max(high, value);
  }
};

// A range that can be divided by its width; for nothing, or for one value, one around it. What was
// above 0 stays so.
Range opened(Range range) {
  if (range.low > range.high) return {.low = 1, .high = 2};
  if (range.low < range.high) return range;
  const double margin = range.low == 0 ? 1 : std::abs(range.low) / 2;
  return {.low = range.low - margin, .high = range.high + margin};
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
  }
  return out;
}

class Drawing {
 public:
  Drawing(const std::vector<Curve>& curves, const CurvesOptions& options)
      : options_(options),
        plot_width_(options.width - kLeft - kRight),
        plot_height_(options.height - kTop - kBottom) {
    for (const auto& curve : curves) {
      for (const auto& [x, y] : curve.points) {
        if (!is_drawn(y)) continue;
        x_range_.include(x);
        y_range_.include(y);
      }
    }
    x_range_ = opened(x_range_);
    y_range_ = opened(y_range_);
    add_margin();
  }

  std::string draw(const std::vector<Curve>& curves) {
    out_ = fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" "
        "height=\"{1}\" font-family=\"sans-serif\" font-size=\"13\" fill=\"#333\">\n"
        "<rect width=\"{0}\" height=\"{1}\" fill=\"#fff\"/>\n",
        options_.width, options_.height);
    add_text(kLeft, 24, "start", options_.title, "font-size=\"16\" font-weight=\"bold\"");
    add_axes();
    for (size_t i = 0; i < curves.size(); ++i) add_curve(curves[i], kColors[i % kColors.size()]);
    add_legend(curves);
    return out_ + "</svg>\n";
  }

 private:
  bool is_drawn(double y) const { return std::isfinite(y) && (!options_.log_y || y > 0); }

  void add_margin() {
    constexpr double kMargin = 0.04;
    if (options_.log_y) {
      const double factor = std::pow(y_range_.high / y_range_.low, kMargin);
      y_range_ = {.low = y_range_.low / factor, .high = y_range_.high * factor};
    } else {
      const double margin = (y_range_.high - y_range_.low) * kMargin;
      y_range_ = {.low = y_range_.low - margin, .high = y_range_.high + margin};
    }
  }

  double place_x(double x) const {
    return kLeft + plot_width_ * (x - x_range_.low) / (x_range_.high - x_range_.low);
  }
  double place_y(double y) const {
    const double part = options_.log_y
                            ? std::log(y / y_range_.low) / std::log(y_range_.high / y_range_.low)
                            : (y - y_range_.low) / (y_range_.high - y_range_.low);
    return kTop + plot_height_ * (1 - part);
  }

  void add_text(double x, double y, std::string_view anchor, std::string_view text,
                std::string_view attributes = "") {
    out_ += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\" {}>{}</text>\n", x, y,
                        anchor, attributes, escaped(text));
  }
  void add_line(double x1, double y1, double x2, double y2, std::string_view color, double width) {
    out_ += fmt::format(
        "<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"{}\" "
        "stroke-width=\"{}\"/>\n",
        x1, y1, x2, y2, color, width);
  }

  void add_axes() {
    constexpr std::string_view kGrid = "#e8e8e8", kAxis = "#999";
    const double right = kLeft + plot_width_, bottom = kTop + plot_height_;
    const auto ticks_y = options_.log_y ? log_ticks(y_range_.low, y_range_.high, 8)
                                        : linear_ticks(y_range_.low, y_range_.high, 6);
    for (const double tick : ticks_y) {
      add_line(kLeft, place_y(tick), right, place_y(tick), kGrid, 1);
      add_text(kLeft - 8, place_y(tick) + 4.5, "end", tick_text(tick));
    }
    for (const double tick : linear_ticks(x_range_.low, x_range_.high, 8)) {
      add_line(place_x(tick), kTop, place_x(tick), bottom, kGrid, 1);
      add_text(place_x(tick), bottom + 19, "middle", tick_text(tick));
    }
    add_line(kLeft, bottom, right, bottom, kAxis, 1);
    add_line(kLeft, kTop, kLeft, bottom, kAxis, 1);
    add_text(kLeft + plot_width_ / 2, bottom + 40, "middle", "step");
  }

  void add_path(const std::vector<Point>& points, std::string_view color,
                std::string_view attributes) {
    std::string path;
    char command = 'M';
    for (const auto& [x, y] : thinned(points, options_.width)) {
      if (!is_drawn(y)) {
        command = 'M';
        continue;
      }
      path += fmt::format("{}{:.1f} {:.1f}", command, place_x(x), place_y(y));
      command = 'L';
    }
    if (path.empty()) return;
    out_ += fmt::format(
        "<path d=\"{}\" fill=\"none\" stroke=\"{}\" stroke-linejoin=\"round\" "
        "stroke-linecap=\"round\" {}/>\n",
        path, color, attributes);
  }

  void add_curve(const Curve& curve, std::string_view color) {
    if (options_.smoothing > 0) {
      add_path(curve.points, color, "stroke-width=\"1\" stroke-opacity=\"0.25\"");
    }
    add_path(options_.smoothing > 0 ? smoothed(curve.points, options_.smoothing) : curve.points,
             color, "stroke-width=\"2\"");
  }

  void add_legend(const std::vector<Curve>& curves) {
    double x = kLeft;
    for (size_t i = 0; i < curves.size(); ++i) {
      const auto line = smoothed(curves[i].points, options_.smoothing);
      const auto text = line.empty() ? curves[i].name + " (no values)"
                                     : fmt::format("{} {:.4g}", curves[i].name, line.back().y);
      add_line(x, kTop - 20, x + 18, kTop - 20, kColors[i % kColors.size()], 3);
      add_text(x + 24, kTop - 15.5, "start", text);
      constexpr double kCharacterWidth = 7.4;  // of a wide character at this size
      x += 24 + kCharacterWidth * static_cast<double>(text.size()) + 16;
    }
  }

  const CurvesOptions& options_;
  const double plot_width_, plot_height_;
  Range x_range_, y_range_;
  std::string out_;
};

}  // namespace

std::string draw_curves(const std::vector<Curve>& curves, const CurvesOptions& options) {
  return Drawing(curves, options).draw(curves);
}

}  // namespace unipic::train
