#include "eval/geneval/verdict.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/check.h"

namespace unipic::eval {
namespace {

using Reason = std::optional<std::string>;

std::span<const Detection> of_class(const Objects& objects, const std::string& class_name) {
  const auto found = objects.find(class_name);
  return found == objects.end() ? std::span<const Detection>() : found->second;
}

Reason wrong_colors(const IncludeClause& wanted, std::span<const Detection> taken,
                    const NameColors& name_colors) {
  const auto colors = name_colors(wanted.class_name, taken);
  check(colors.size() == taken.size(), "a judge named {} colors of {} objects", colors.size(),
        taken.size());
  const auto count = [&](Color color) { return std::ranges::count(colors, color); };
  const auto num_right = count(*wanted.color);
  if (num_right >= wanted.count) return std::nullopt;
  std::vector<std::string> seen;
  for (size_t i = 0; i < kNumColors; ++i) {
    const auto color = static_cast<Color>(i);
    if (count(color) > 0) seen.push_back(fmt::format("{} {}", count(color), color_name(color)));
  }
  const auto name = color_name(*wanted.color);
  return fmt::format("expected {} {}>={}, found {} {}; and {}", name, wanted.class_name,
                     wanted.count, num_right, name, fmt::join(seen, ", "));
}

// Every object must stand in the relation to every target.
Reason misplaced(const IncludeClause& wanted, std::span<const Detection> taken,
                 std::span<const Detection> targets, float tolerance) {
  const auto relation = wanted.placement->relation;
  for (const auto& object : taken) {
    for (const auto& target : targets) {
      const auto found = relations(object.box, target.box, tolerance);
      if (std::ranges::find(found, relation) != found.end()) continue;
      std::vector<std::string_view> names;
      std::ranges::transform(found, std::back_inserter(names), relation_name);
      return fmt::format("expected {} {} target, found {} target", wanted.class_name,
                         relation_name(relation), fmt::join(names, " and "));
    }
  }
  return std::nullopt;
}

// What a clause took; no value if it failed.
using Matches = std::vector<std::optional<std::span<const Detection>>>;

Reason unmet(const IncludeClause& wanted, std::span<const Detection> taken, const Matches& earlier,
             const NameColors& name_colors, const GenEvalOptions& options) {
  if (static_cast<int64_t>(taken.size()) < wanted.count) {
    return fmt::format("expected {}>={}, found {}", wanted.class_name, wanted.count, taken.size());
  }
  if (wanted.color) {
    if (auto reason = wrong_colors(wanted, taken, name_colors)) return reason;
  }
  if (!wanted.placement) return std::nullopt;
  const auto& targets = earlier.at(wanted.placement->target);
  if (!targets) {
    return fmt::format("no target for {} to be {}", wanted.class_name,
                       relation_name(wanted.placement->relation));
  }
  return misplaced(wanted, taken, *targets, options.position_tolerance);
}

}  // namespace

std::string Verdict::reason() const { return fmt::format("{}", fmt::join(reasons, "\n")); }

Verdict judge_objects(Objects objects, const GenEvalPrompt& prompt, const NameColors& name_colors,
                      const GenEvalOptions& options) {
  std::vector<std::string> reasons;
  Matches matches;
  for (const auto& wanted : prompt.include) {
    const auto all = of_class(objects, wanted.class_name);
    const auto taken = all.first(std::min(all.size(), static_cast<size_t>(wanted.count)));
    auto reason = unmet(wanted, taken, matches, name_colors, options);
    matches.push_back(reason ? std::nullopt : std::optional(taken));
    if (reason) reasons.push_back(std::move(*reason));
  }
  for (const auto& unwanted : prompt.exclude) {
    const auto num_found = of_class(objects, unwanted.class_name).size();
    if (static_cast<int64_t>(num_found) < unwanted.count) continue;
    reasons.push_back(
        fmt::format("expected {}<{}, found {}", unwanted.class_name, unwanted.count, num_found));
  }
  return {.correct = reasons.empty(), .reasons = std::move(reasons), .objects = std::move(objects)};
}

Verdict judge_image(const Image& image, const GenEvalPrompt& prompt, Judge& judge,
                    const GenEvalOptions& options) {
  return judge_objects(
      select_objects(judge.detect(image), prompt.tag, options), prompt,
      [&](std::string_view class_name, std::span<const Detection> objects) {
        return judge.name_colors(image, class_name, objects);
      },
      options);
}

}  // namespace unipic::eval
