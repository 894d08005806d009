#include "eval/scenes/report.h"

#include <fmt/format.h>

#include <algorithm>

namespace unipic::eval {
namespace {

constexpr std::string_view kParts[] = {"geneval", "edit", "qa"};

Json value_of(const Share& share) {
  return share.num_total == 0 ? Json(nullptr) : Json(share.value());
}

Json split_json(const SplitShare& split) {
  return {{"score", value_of(split.all)},
          {"seen", value_of(split.seen)},
          {"held_out", value_of(split.held_out)},
          {"items", split.all.num_total}};
}

std::string percent_of(const Share& share) { return share.num_total == 0 ? "-" : share.percent(); }

std::string row(std::string_view name, const std::string& score, const SplitShare& split) {
  return fmt::format("{:<22} {:>8} {:>8} {:>10} {:>7}\n", name, score, percent_of(split.seen),
                     percent_of(split.held_out), split.all.num_total);
}

Json recognition_json(const scenes::Recognition& recognition) {
  return {{"accuracy", recognition.accuracy()}, {"objects", recognition.num_objects},
          {"boxes", recognition.num_boxes},     {"classes", recognition.num_classes},
          {"right", recognition.num_right},     {"false_alarms", recognition.num_false_alarms}};
}

}  // namespace

void SplitShare::add(const Record& record) {
  for (auto* share : {&all, record.held_out ? &held_out : &seen}) {
    ++share->num_total;
    share->num_correct += record.correct;
  }
}

void PartScore::add(const Record& record) {
  const auto found = std::find_if(categories.begin(), categories.end(), [&](const auto& category) {
    return category.first == record.category;
  });
  auto& category =
      found != categories.end() ? *found : categories.emplace_back(record.category, SplitShare{});
  category.second.add(record);
  items.add(record);
}

double PartScore::score() const {
  double sum = 0;
  for (const auto& [name, split] : categories) sum += split.all.value();
  return sum / static_cast<double>(categories.size());
}

double DetectorScore::accuracy() const { return std::min(likely.accuracy(), sure.accuracy()); }

Json to_json(const SceneReport& report) {
  Json json, seen, held_out, categories;
  for (const auto part : kParts) {
    const std::string name(part);
    const auto found = report.parts.find(name);
    json[name] = found == report.parts.end() ? Json(nullptr) : Json(found->second.score());
    if (found == report.parts.end()) continue;
    seen[name] = value_of(found->second.items.seen);
    held_out[name] = value_of(found->second.items.held_out);
    for (const auto& [category, split] : found->second.categories) {
      categories[name][category] = split_json(split);
    }
  }
  json["detector"] = report.detector.accuracy();
  json["counts"] = report.detector.is_trusted();
  json["seen"] = seen;
  json["held_out"] = held_out;
  json["categories"] = categories;
  json["detector_figures"] = {{"likely", recognition_json(report.detector.likely)},
                              {"sure", recognition_json(report.detector.sure)}};
  return json;
}

std::string table_of(const SceneReport& report) {
  const double detector = 100 * report.detector.accuracy();
  std::string text = fmt::format("{:<22} {:>8} {:>8} {:>10} {:>7}\n", "% right", "all", "seen",
                                 "held out", "items");
  for (const auto part : kParts) {
    const auto found = report.parts.find(std::string(part));
    if (found == report.parts.end()) continue;
    const auto& score = found->second;
    text += row(fmt::format("{} (judge {:.2f})", part, detector),
                fmt::format("{:.2f}", 100 * score.score()), score.items);
    for (const auto& [category, split] : score.categories) {
      text += row("  " + category, percent_of(split.all), split);
    }
  }
  const auto& likely = report.detector.likely;
  const auto& sure = report.detector.sure;
  return text + fmt::format(
                    "detector: {:.2f} % of {} objects right with {} false alarms; "
                    "{:.2f} % above 0.9",
                    100 * likely.accuracy(), likely.num_objects, likely.num_false_alarms,
                    100 * sure.accuracy());
}

}  // namespace unipic::eval
