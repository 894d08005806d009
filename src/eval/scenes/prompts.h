#pragma once

#include <filesystem>
#include <vector>

#include "data/scenes/catalogue.h"
#include "eval/geneval/verdict.h"
#include "eval/scenes/subject.h"

namespace unipic::eval {

// A prompt and its place in the list that it comes from.
struct ScenePrompt {
  size_t line = 0;  // from 0
  GenEvalPrompt prompt;
  bool held_out = false;  // asks for a combination that training never shows
};

// Those prompts of a file in GenEval's layout of which every class is in the catalogue; without a
// file, of GenEval's own 553. Throws `Error` if the file cannot be read or has none.
std::vector<ScenePrompt> scene_prompts(const scenes::Catalogue& catalogue,
                                       const std::filesystem::path& file = {});

// `count` of them, evenly spread over the list; all for 0 or if there are no more.
std::vector<ScenePrompt> spread(std::vector<ScenePrompt> prompts, int64_t count);

// Whether a colour, a number or a relation that the prompt asks for is held out.
bool asks_for_held_out(const GenEvalPrompt& prompt, const scenes::Catalogue& catalogue);

// GenEval's verdict on a picture in which these objects were seen. As with its own classifier, of
// the ten colours it knows the likeliest counts, whether or not natural ones or gray are likelier.
Verdict judge_drawn(const std::vector<scenes::SeenObject>& seen, const GenEvalPrompt& prompt,
                    const scenes::Catalogue& catalogue);

}  // namespace unipic::eval
