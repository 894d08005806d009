#include "eval/scenes/suite.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/check.h"
#include "eval/scenes/edit_judge.h"
#include "eval/scenes/items.h"
#include "eval/scenes/prompts.h"

namespace unipic::eval {
namespace {

std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ';');
  return text;
}

// Runs the parts of the suite.
class Suite {
 public:
  Suite(Subject& subject, const Look& look, const scenes::Catalogue& catalogue,
        const SuiteOptions& options, Records& records, const RunControl& control)
      : subject_(subject),
        look_(look),
        catalogue_(catalogue),
        options_(options),
        records_(records),
        control_(control) {}

  PartScore draw() {
    const auto prompts = spread(scene_prompts(catalogue_, options_.prompt_file), options_.prompts);
    PartScore score;
    for_each("geneval", prompts, [&](const ScenePrompt& prompt) {
      if (!is_drawn(prompt)) draw(prompt);
      for (int64_t image = 0; image < options_.images; ++image) {
        score.add(*records_.find(picture_id(prompt, image)));
      }
    });
    return score;
  }

  PartScore edit() {
    PartScore score;
    for_each("edit", edit_items(options_), [&](const EditItem& item) {
      if (records_.find(item.id) == nullptr) edit(item);
      score.add(*records_.find(item.id));
    });
    return score;
  }

  PartScore ask() {
    PartScore score;
    for_each("qa", question_items(options_), [&](const QuestionItem& item) {
      if (records_.find(item.id) == nullptr) ask(item);
      score.add(*records_.find(item.id));
    });
    return score;
  }

 private:
  template <typename Item, typename Work>
  void for_each(const std::string& part, const std::vector<Item>& items, const Work& work) {
    const auto count = static_cast<int64_t>(items.size());
    control_.report(part, 0, count);
    for (int64_t i = 0; i < count; ++i) {
      control_.check_stop();
      work(items[static_cast<size_t>(i)]);
      control_.report(part, i + 1, count);
    }
  }

  bool is_drawn(const ScenePrompt& prompt) const {
    for (int64_t image = 0; image < options_.images; ++image) {
      if (records_.find(picture_id(prompt, image)) == nullptr) return false;
    }
    return true;
  }

  void draw(const ScenePrompt& item) {
    const auto& prompt = item.prompt;
    const auto images = subject_.draw(prompt.prompt, options_.images, picture_seed(options_, item));
    check(static_cast<int64_t>(images.size()) == options_.images, "{} pictures drawn, not {}",
          images.size(), options_.images);
    for (int64_t i = 0; i < options_.images; ++i) {
      const auto& image = images[static_cast<size_t>(i)];
      const auto verdict = judge_drawn(look_(image), prompt, catalogue_);
      const auto id = picture_id(item, i);
      records_.keep_picture(id, image);
      records_.add({.id = id,
                    .part = "geneval",
                    .category = prompt.tag,
                    .held_out = item.held_out,
                    .correct = verdict.correct,
                    .asked = prompt.prompt,
                    .found = one_line(verdict.reason())});
    }
  }

  void edit(const EditItem& item) {
    const auto edit = edit_of(item, catalogue_);
    const auto source = picture_of(edit.before);
    const auto result = subject_.edit(source, edit.instruction, options_.seed + item.number);
    const auto verdict = judge_edit(edit, result, look_, catalogue_);
    records_.keep_picture(item.id, result);
    records_.add({.id = item.id,
                  .part = "edit",
                  .category = std::string(scenes::name_of(item.kind)),
                  .held_out = item.held_out,
                  .correct = verdict.correct,
                  .asked = edit.instruction,
                  .found = verdict.reason});
  }

  void ask(const QuestionItem& item) {
    const auto [scene, question] = question_of(item, catalogue_);
    auto answer = subject_.answer(picture_of(scene), question.text);
    records_.add({.id = item.id,
                  .part = "qa",
                  .category = std::string(scenes::name_of(item.kind)),
                  .held_out = item.held_out,
                  .correct = is_right_answer(answer, question.answer),
                  .asked = fmt::format("{} [{}]", question.text, question.answer),
                  .found = std::move(answer)});
  }

  Image picture_of(const scenes::Scene& scene) {
    return scenes::render(scene, catalogue_, subject_.size(), subject_.size()).image;
  }

  Subject& subject_;
  const Look& look_;
  const scenes::Catalogue& catalogue_;
  const SuiteOptions& options_;
  Records& records_;
  const RunControl& control_;
};

std::string trimmed_and_lower(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return "";
  std::string result(text.substr(begin, text.find_last_not_of(kSpace) - begin + 1));
  for (char& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

}  // namespace

void SuiteOptions::validate() const {
  for (const auto& part : parts) {
    check_usage(part == "geneval" || part == "edit" || part == "qa",
                "there is no part '{}', only geneval, edit and qa", part);
  }
  check_usage(!parts.empty(), "no part to run: geneval, edit or qa");
  check_usage(prompts >= 0, "{} prompts: must not be negative; 0 takes all", prompts);
  check_usage(images >= 1 && images <= 1000, "{} pictures a prompt, not within 1..1000", images);
  check_usage(edits >= 1 && questions >= 1 && renders >= 1,
              "{} edits, {} questions, {} test pictures of the judge: each must be at least 1",
              edits, questions, renders);
}

bool is_right_answer(std::string_view answer, std::string_view expected) {
  return trimmed_and_lower(answer) == trimmed_and_lower(expected);
}

DetectorScore test_detector(const Look& look, const scenes::Catalogue& catalogue, int64_t size,
                            int64_t count, const RunControl& control) {
  DetectorScore score;
  control.report("detector", 0, count);
  for (int64_t i = 0; i < count; ++i) {
    control.check_stop();
    const auto scene = test_scene(i, catalogue);
    const auto picture = scenes::render(scene, catalogue, size, size);
    const auto there = scenes::labels_of(scene, picture);
    const auto seen = look(picture.image);
    score.likely += scenes::recognition(seen, there, scenes::kLikelyScore, catalogue);
    score.sure += scenes::recognition(seen, there, scenes::kSureScore, catalogue);
    control.report("detector", i + 1, count);
  }
  return score;
}

SceneReport run_suite(Subject& subject, const Look& look, const scenes::Catalogue& catalogue,
                      const SuiteOptions& options, Records& records, const RunControl& control) {
  options.validate();
  SceneReport report;
  report.detector = test_detector(look, catalogue, subject.size(), options.renders, control);
  Suite suite(subject, look, catalogue, options, records, control);
  if (options.parts.contains("geneval")) report.parts["geneval"] = suite.draw();
  if (options.parts.contains("edit")) report.parts["edit"] = suite.edit();
  if (options.parts.contains("qa")) report.parts["qa"] = suite.ask();
  return report;
}

}  // namespace unipic::eval
