#pragma once

#include <string>
#include <vector>

#include "data/scenes/sample.h"
#include "eval/scenes/prompts.h"
#include "eval/scenes/suite.h"

// What the suite asks, in order: pure functions of options and catalogue.

namespace unipic::eval {

// The number of a picture's noise, and the name of its record.
uint64_t picture_seed(const SuiteOptions& options, const ScenePrompt& prompt);
std::string picture_id(const ScenePrompt& prompt, int64_t image);

struct EditItem {
  std::string id;
  scenes::EditKind kind = scenes::EditKind::kAdd;
  bool held_out = false;
  uint64_t number = 0;  // within its kind and split
};
std::vector<EditItem> edit_items(const SuiteOptions& options);
scenes::Edit edit_of(const EditItem& item, const scenes::Catalogue& catalogue);

struct QuestionItem {
  std::string id;
  scenes::QuestionKind kind = scenes::QuestionKind::kExistence;
  bool held_out = false;
  uint64_t number = 0;
};
// Without captions, which have no one right answer.
std::vector<QuestionItem> question_items(const SuiteOptions& options);
scenes::QuestionSample question_of(const QuestionItem& item, const scenes::Catalogue& catalogue);

// The picture `number` on which the judge is tested: it shows something held out.
scenes::Scene test_scene(int64_t number, const scenes::Catalogue& catalogue);

}  // namespace unipic::eval
