#include "eval/geneval/summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>

#include "base/check.h"

namespace unipic::eval {
namespace {

void add(Share& share, bool correct) {
  ++share.num_total;
  share.num_correct += correct;
}

Share& images_of(std::vector<TagScore>& tags, const std::string& tag) {
  const auto found = std::ranges::find(tags, tag, &TagScore::tag);
  return found != tags.end() ? found->images : tags.emplace_back(TagScore{tag, {}}).images;
}

}  // namespace

std::string Share::percent() const { return fmt::format("{:.2f}", 100 * value()); }

GenEvalSummary summarize(std::span<const ImageResult> results) {
  check(!results.empty(), "GenEval: no results to summarize");
  GenEvalSummary summary;
  std::map<std::string_view, bool> any_correct;
  for (const auto& result : results) {
    add(summary.images, result.correct);
    add(images_of(summary.tags, result.tag), result.correct);
    any_correct[result.prompt_key] |= result.correct;
  }
  for (const auto& [prompt, correct] : any_correct) add(summary.prompts, correct);
  for (const auto& tag : summary.tags) summary.overall += tag.images.value();
  summary.overall /= static_cast<double>(summary.tags.size());
  return summary;
}

}  // namespace unipic::eval
