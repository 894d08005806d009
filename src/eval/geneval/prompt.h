#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "eval/geneval/color.h"
#include "eval/geneval/geometry.h"

namespace unipic::eval {

// Where objects must lie: seen from all objects of an earlier clause.
struct Placement {
  Relation relation = Relation::kAbove;
  size_t target = 0;  // the index of that clause
};

// The picture must show `count` objects of a class; more are no harm.
struct IncludeClause {
  std::string class_name;
  int64_t count = 1;
  std::optional<Color> color = {};
  std::optional<Placement> placement = {};
};

// The picture must show fewer than `count` objects of a class.
struct ExcludeClause {
  std::string class_name;
  int64_t count = 1;
};

// One prompt of GenEval, and what a picture drawn from it must show.
struct GenEvalPrompt {
  std::string tag;  // what it tests: "counting", "colors", ...
  std::string prompt;
  std::vector<IncludeClause> include = {};
  std::vector<ExcludeClause> exclude = {};
  std::string line = {};  // as it was read: what the official results and folders carry
};

// The prompt in a JSON object. `where` names it in messages. Throws `Error` if a member is missing,
// of another type or unknown, a count is not from 1 to 1000, a colour or relation is not GenEval's,
// or a placement points to itself, a later clause or none.
GenEvalPrompt geneval_prompt_from_json(const Json& json, std::string_view where);

// The prompts in JSON lines; empty lines are skipped. Throws `Error` with the number of the line,
// also for a line above 64 KiB, and if there is no prompt at all.
std::vector<GenEvalPrompt> parse_geneval_prompts(std::string_view text, std::string_view where);

// The same of a whole file of at most 64 MiB.
std::vector<GenEvalPrompt> read_geneval_prompts(const std::filesystem::path& path);

}  // namespace unipic::eval
