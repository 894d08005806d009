#include "eval/geneval/golden_checks.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"
#include "eval/geneval/summary.h"
#include "eval/geneval/verdict.h"

namespace unipic::eval {
namespace {

void check_close(double actual, double expected, std::string_view what) {
  check(std::abs(actual - expected) <= 1e-6 * std::abs(expected), "{} is {}, expected {}", what,
        actual, expected);
}

template <typename T>
void check_equal(const T& actual, const T& expected, std::string_view what) {
  check(actual == expected, "{} is '{}', expected '{}'", what, actual, expected);
}

Box box_from_json(const Json& json) {
  return {json.at(0).get<float>(), json.at(1).get<float>(), json.at(2).get<float>(),
          json.at(3).get<float>()};
}

// The file's default options with those of one item.
GenEvalOptions options_of(const Json& item, const Json& data) {
  auto settings = data.at("defaults");
  for (const auto& [name, value] : item.at("options").items()) {
    settings[data.at("option_names").at(name).get<std::string>()] = value;
  }
  return {.score_threshold = settings.at("threshold").get<float>(),
          .counting_score_threshold = settings.at("counting_threshold").get<float>(),
          .max_objects = settings.at("max_objects").get<int64_t>(),
          .max_overlap = settings.at("max_overlap").get<float>(),
          .position_tolerance = settings.at("position_threshold").get<float>()};
}

// Sees what an item of the golden file lists.
class RecordedJudge : public Judge {
 public:
  explicit RecordedJudge(const Json& detections) : detections_(detections) {}

  std::vector<Detection> detect(const Image&) override {
    std::vector<Detection> found;
    for (const auto& recorded : detections_) found.push_back(detection(recorded));
    return found;
  }

  std::vector<Color> name_colors(const Image&, std::string_view,
                                 std::span<const Detection> objects) override {
    std::vector<Color> colors;
    for (const auto& object : objects) colors.push_back(color_of(object));
    return colors;
  }

 private:
  static Detection detection(const Json& recorded) {
    return {.class_name = recorded.at("class").get<std::string>(),
            .box = box_from_json(recorded.at("box")),
            .score = recorded.at("score").get<float>()};
  }

  Color color_of(const Detection& object) const {
    const auto recorded = std::ranges::find_if(detections_, [&](const Json& json) {
      const auto candidate = detection(json);
      return candidate.class_name == object.class_name && candidate.box == object.box &&
             candidate.score == object.score;
    });
    check(recorded != detections_.end(), "no color is recorded for a {}", object.class_name);
    const auto name = recorded->at("color").get<std::string>();
    const auto color = color_named(name);
    check(color.has_value(), "'{}' is not a color", name);
    return *color;
  }

  const Json& detections_;
};

void check_objects(const Objects& objects, const Json& expected, std::string_view where) {
  check_equal(objects.size(), expected.size(), fmt::format("{}: number of classes", where));
  for (const auto& [class_name, of_class] : objects) {
    const auto& boxes = expected.at(class_name);
    const auto what = fmt::format("{}: {}", where, class_name);
    check_equal(of_class.size(), boxes.size(), what + ": number of objects");
    for (size_t i = 0; i < of_class.size(); ++i) {
      check(of_class[i].box == box_from_json(boxes[i]), "{}: box {} is another one", what, i);
      check_close(of_class[i].score, boxes[i].at(4).get<double>(), what + ": score");
    }
  }
}

}  // namespace

void check_geneval_geometry(const Json& data) {
  const auto tolerance = data.at("position_threshold").get<float>();
  for (size_t i = 0; i < data.at("items").size(); ++i) {
    const auto& item = data["items"][i];
    const auto a = box_from_json(item.at("a"));
    const auto b = box_from_json(item.at("b"));
    check_close(intersection_over_union(a, b), item.at("iou").get<double>(),
                fmt::format("item {}: iou", i));
    Json names = Json::array();
    for (const auto relation : relations(a, b, tolerance)) names.push_back(relation_name(relation));
    check_equal(names.dump(), item.at("relations").dump(), fmt::format("item {}: relations", i));
  }
}

void check_geneval_score(const Json& data) {
  for (const auto& item : data.at("items")) {
    const auto name = item.at("name").get<std::string>();
    RecordedJudge judge(item.at("detections"));
    const auto verdict = judge_image({}, geneval_prompt_from_json(item.at("metadata"), name), judge,
                                     options_of(item, data));
    check_equal(verdict.reason(), item.at("reason").get<std::string>(), name + ": reason");
    check_equal(verdict.correct, item.at("correct").get<bool>(), name + ": correct");
    check_objects(verdict.objects, item.at("details"), name);
  }
}

void check_geneval_summary(const Json& data) {
  std::vector<ImageResult> results;
  for (const auto& result : data.at("results")) {
    results.push_back({.tag = result.at("tag").get<std::string>(),
                       .prompt_key = result.at("metadata_key").get<std::string>(),
                       .correct = result.at("correct").get<bool>()});
  }
  const auto summary = summarize(results);
  Json tags = Json::object();
  for (const auto& [tag, images] : summary.tags) {
    tags[tag] = {images.num_correct, images.num_total};
  }
  check_equal(tags.dump(), data.at("task_correct_total").dump(), "task_correct_total");
  // The official script prints it with five decimals.
  check_close(std::round(summary.overall * 1e5) / 1e5, data.at("overall").get<double>(), "overall");
  check_equal(summary.images.percent(), data.at("pct_correct_images").get<std::string>(),
              "pct_correct_images");
  check_equal(summary.prompts.percent(), data.at("pct_correct_prompts").get<std::string>(),
              "pct_correct_prompts");
  check_equal(summary.prompts.num_total, data.at("total_prompts").get<int64_t>(), "total_prompts");
}

}  // namespace unipic::eval
